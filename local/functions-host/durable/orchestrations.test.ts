import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClock, startingNow } from '../../clock.ts';
import { fixtureApp, idle, startFixtureHost, until } from '../fixtures/fixture-host.ts';
import type { FixtureHost } from '../fixtures/fixture-host.ts';
import { manualClock } from '../fixtures/manual-clock.ts';
import { recordedHistory, reduceHistory } from '../fixtures/reduce-history.ts';
import { createFunctionsHost } from '../host.ts';
import { eventType } from './history.ts';

const day = 24 * 60 * 60 * 1000;
let fixture: FixtureHost;

before(async () => {
  fixture = await startFixtureHost();
});
after(() => fixture.host.close());

function parsed(text: string | null): unknown {
  return JSON.parse(text ?? 'null');
}

/** What a person sees of an instance now, through the durable HTTP API. */
async function statusOf(instanceId: string) {
  const response = await fixture.durable(`instances/${instanceId}`);
  return (await response.json()) as { runtimeStatus: string; customStatus: unknown; output: unknown };
}

async function raise(instanceId: string, name: string, data: unknown): Promise<void> {
  const answer = await fixture.client('raiseEvent', instanceId, name, data);
  assert.equal(answer.error, undefined);
  await idle();
}

test('an activity that fails twice is retried by timers until it passes', async () => {
  const instance = await fixture.run('retryThenPass', { key: 'g1' });

  assert.deepEqual(parsed(instance.output), { attempt: 3 });
  assert.deepEqual(reduceHistory(instance.history), recordedHistory('retry-then-pass'));
});

test('the last failed attempt waits for a timer too, then the orchestrator catches the error and goes on', async () => {
  const instance = await fixture.run('retryExhausted', { key: 'g2' });

  const output = parsed(instance.output) as { caught: string; next: string };
  assert.equal(output.next, 'next');
  assert.ok(output.caught.startsWith('Activity function \'flaky\' failed:  boom #3 \n {"$type":"System.Exception'));
  assert.deepEqual(reduceHistory(instance.history), recordedHistory('retry-exhausted'));
});

test('timers end at their time, and the orchestrator sees that time', async () => {
  const begin = fixture.clock.now().getTime();

  const instance = await fixture.run('timers', { milliseconds: 60_000 });

  assert.deepEqual(parsed(instance.output), { waited: 120_000 });
  assert.equal(fixture.clock.now().getTime() - begin, 120_000);
});

test('activities of Task.all run side by side, and a result of undefined becomes null', async () => {
  const instance = await fixture.run('parallel');

  assert.deepEqual(parsed(instance.output), { all: [3, 3, 3, null] });
});

test('an event wins over a timer, which is cancelled; the custom status is seen meanwhile', async () => {
  const id = await fixture.start('approval', { milliseconds: day });
  await idle();
  const waiting = await statusOf(id);
  await raise(id, 'approval', 'Ada');

  const ended = await statusOf(id);

  assert.deepEqual([waiting.runtimeStatus, waiting.customStatus], ['Running', { waitingFor: 'approval' }]);
  assert.deepEqual(ended.output, { approved: true, echoed: { by: 'Ada' } });
  assert.deepEqual([ended.runtimeStatus, ended.customStatus], ['Completed', { waitingFor: 'nothing' }]);
});

test('a timer wins over an event that does not come', async () => {
  const instance = await fixture.run('approval', { milliseconds: 1000 });

  assert.deepEqual(parsed(instance.output), { approved: false });
});

test('events that come before anybody waits are kept, in order', async () => {
  const id = await fixture.start('lateWait', { milliseconds: 1000 });
  await raise(id, 'go', { n: 1 });
  await raise(id, 'go', { n: 2 });

  const instance = await fixture.drive(id);

  assert.deepEqual(parsed(instance.output), [{ n: 1 }, { n: 2 }]);
});

test('a timer that nobody cancels keeps the instance running after its code has returned', async () => {
  const id = await fixture.start('uncancelled', { milliseconds: day });
  await idle();
  const before = fixture.instance(id).runtimeStatus;

  const instance = await fixture.drive(id);

  assert.deepEqual([before, instance.runtimeStatus, instance.output], ['Running', 'Completed', '"done"']);
});

test('sub-orchestrations: with an automatic id, an id of their own, failing, and retried', async () => {
  const instance = await fixture.run('parent', { key: 'g9' }, 'family');

  const output = parsed(instance.output) as Record<string, unknown>;
  assert.equal(output['automatic'], 42);
  assert.equal(output['named'], 8);
  assert.deepEqual(output['retried'], { attempt: 2 });
  assert.match(String(output['failure']), /^Orchestrator function 'child' failed: child exploded/u);
  assert.deepEqual(reduceHistory(instance.history), recordedHistory('sub-orchestrations'));
  assert.equal(fixture.instance('family-kid').output, '8');
  assert.equal(fixture.instance(`${instance.executionId}:0`).output, '42');
});

test('an activity that nobody catches fails the instance, with the full text that Azure gives', async () => {
  const instance = await fixture.run('unhandled', undefined, 'unhandled-1');

  const failure = "Orchestrator function 'unhandled' failed: Activity function 'flaky' failed:  boom #1 \n {";
  assert.equal(instance.runtimeStatus, 'Failed');
  assert.equal(instance.output?.slice(0, failure.length), failure);
  assert.match(instance.output ?? '', /"Message":"Result: Failure\\nType: \\nException: boom #1\\nStack: Error: boom/u);
});

test('an orchestrator that throws fails', async () => {
  const instance = await fixture.run('throws');

  const failure = "Orchestrator function 'throws' failed: orchestrator exploded after 1";
  assert.deepEqual([instance.runtimeStatus, instance.output], ['Failed', failure]);
});

test('continueAsNew begins with an empty history and keeps events that nobody has waited for', async () => {
  const id = await fixture.start('countdown', { left: 3 }, 'countdown-1');
  await raise(id, 'early', 'bird');

  const instance = await fixture.drive(id);

  assert.deepEqual(parsed(instance.output), { left: 0, heard: ['bird'] });
  const scheduled = instance.history.filter(({ EventType }) => EventType === eventType.TaskScheduled);
  assert.deepEqual(
    scheduled.map(({ EventId }) => EventId),
    [0],
  );
});

test('retries beside other work take the ids that the SDK expects', async () => {
  const instance = await fixture.run('mixed', { key: 'g13' });

  assert.deepEqual(parsed(instance.output), [{ attempt: 3 }, 2, { attempt: 2 }, null]);
  assert.deepEqual(reduceHistory(instance.history), recordedHistory('parallel-retries'));
});

test('a terminated instance ends with the reason, and a second termination finds it gone', async () => {
  const id = await fixture.start('approval', { milliseconds: day });
  await idle();
  const first = await fixture.durable(`instances/${id}/terminate?reason=enough`, { method: 'POST' });
  await idle();

  const second = await fixture.durable(`instances/${id}/terminate?reason=again`, { method: 'POST' });

  const { runtimeStatus, output } = await statusOf(id);
  assert.deepEqual([first.status, second.status], [202, 410]);
  assert.deepEqual([runtimeStatus, output], ['Terminated', 'enough']);
});

test('a suspended instance does nothing until it is resumed, then makes up for it', async () => {
  const id = await fixture.start('approval', { milliseconds: day });
  await idle();
  assert.deepEqual(await fixture.client('suspend', id, 'lunch'), { result: null });
  await idle();
  const before = fixture.instance(id).history.length;
  await raise(id, 'approval', 'Bob');
  const after = fixture.instance(id).history.length;
  const suspended = await statusOf(id);
  const again = await fixture.durable(`instances/${id}/suspend`, { method: 'POST' });
  assert.deepEqual(await fixture.client('resume', id, 'back'), { result: null });
  await idle();

  const resumed = await statusOf(id);

  assert.equal(suspended.runtimeStatus, 'Suspended');
  assert.equal(after, before);
  assert.equal(again.status, 500);
  assert.deepEqual(resumed.output, { approved: true, echoed: { by: 'Bob' } });
});

test('an id that runs cannot be started again; one that has ended can', async () => {
  await fixture.start('approval', { milliseconds: 1000 }, 'twice');
  await idle();
  const running = await fixture.client('startNew', 'approval', { instanceId: 'twice', input: { milliseconds: 1 } });
  await fixture.drive('twice');

  const replaced = await fixture.client('startNew', 'showInput', { instanceId: 'twice', input: 'new' });

  assert.match(running.error ?? '', /^The operation failed with an unexpected status code: 500. Details: \{/u);
  assert.match(running.error ?? '', /An Orchestration instance with the status Running already exists\./u);
  assert.deepEqual(replaced, { result: 'twice' });
  assert.deepEqual(parsed((await fixture.drive('twice')).output), { input: 'new', type: 'string' });
});

test('an orchestrator that asks for something else in each replay fails', async () => {
  const instance = await fixture.run('fickle');

  assert.equal(instance.runtimeStatus, 'Failed');
  assert.match(instance.output ?? '', /^Non-Deterministic workflow detected: .* activity 'echo' with id 0/u);
});

test('a wait of more than six days is a chain of timers whose ids the SDK agrees with', async () => {
  const instance = await fixture.run('timers', { milliseconds: 8 * day });

  const timers = instance.history.filter(({ EventType }) => EventType === eventType.TimerCreated);
  assert.deepEqual(parsed(instance.output), { waited: 16 * day });
  assert.deepEqual(
    timers.map(({ EventId }) => EventId),
    [0, 1, 2, 3],
  );
});

test('a timer that fires a moment early is not seen early', async () => {
  const clock = manualClock();
  const early = { ...clock, after: (delay: number, callback: () => void) => clock.after(delay - 1, callback) };
  const other = await startFixtureHost({ clock: early });
  const id = await other.start('timers', { milliseconds: 1000 });

  for (let timer = 0; timer < 2; timer += 1) {
    await idle();
    clock.advanceToNext();
  }
  await idle();

  const { output } = other.instance(id);
  await other.host.close();
  assert.deepEqual(parsed(output), { waited: 2000 });
});

test('a fast clock makes days short', async () => {
  const log: string[] = [];
  const host = await createFunctionsHost({
    appDirectory: fixtureApp,
    clock: createClock(startingNow(2_000_000)),
    environment: { TICK_SCHEDULE: '0 0 0 1 1 *' },
    log: ({ text }) => log.push(text),
  });
  const body = JSON.stringify({ milliseconds: 7 * day });
  await fetch(`${host.url}/api/start/timers/fast`, { method: 'POST', body });

  const output = await until('the end of two waits of a week', () => host.instances.get('fast')?.output ?? undefined);

  await host.close();
  const { waited } = parsed(output) as { waited: number };
  assert.ok(waited >= 14 * day && waited < 60 * day, String(waited));
});

const failures: [orchestrator: string, text: RegExp][] = [
  ['unknownActivity', /Activity function 'absent' does not exist\./u],
  ['unknownChild', /Orchestrator function 'absent' does not exist\./u],
  ['callsHttp', /CallHttp is not supported by the local Functions host\./u],
  ['stuck', /nothing can ever wake this orchestration/u],
  ['wordy', /The UTF-16 size of the JSON-serialized payload must not exceed 16 KB/u],
];

for (const [orchestrator, text] of failures) {
  test(`${orchestrator} fails and is logged, where on Azure it would hang or go wrong`, async () => {
    const instance = await fixture.run(orchestrator, undefined, `failure-${orchestrator}`);

    assert.equal(instance.runtimeStatus, 'Failed');
    assert.match(instance.output ?? '', text);
    const errors = fixture.log.filter(({ level }) => level === 'error');
    assert.ok(errors.some((entry) => entry.text.includes(`failure-${orchestrator}`)));
  });
}

test('an activity can be a durable client itself', async () => {
  const id = await fixture.start('asksItself');

  const output = await until('the activity’s call of the durable API', () => fixture.instance(id).output ?? undefined);

  assert.deepEqual(parsed(output), { runtimeStatus: 'Running' });
});

test('without an input the SDK sends an empty text; null stays null', async () => {
  const none = await fixture.run('showInput');
  const nothing = await fixture.run('showInput', null);

  assert.deepEqual(parsed(none.output), { input: '', type: 'string' });
  assert.deepEqual(parsed(nothing.output), { input: null, type: 'object' });
});
