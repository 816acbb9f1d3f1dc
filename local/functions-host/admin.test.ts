import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idle, startFixtureHost } from './fixtures/fixture-host.ts';
import type { FixtureHost } from './fixtures/fixture-host.ts';

let fixture: FixtureHost;

before(async () => {
  fixture = await startFixtureHost();
});
after(() => fixture.host.close());

const run = (name: string, body: string) =>
  fetch(`${fixture.host.url}/admin/functions/${name}`, { method: 'POST', body });

test('the host says that it runs, and what', async () => {
  const status = await fetch(`${fixture.host.url}/admin/host/status`);
  const functions = await fetch(`${fixture.host.url}/admin/functions`);

  const { state } = (await status.json()) as { state: string };
  assert.equal(state, 'Running');
  const names = ((await functions.json()) as { name: string }[]).map(({ name }) => name);
  assert.ok(names.includes('arrivals') && names.includes('retryThenPass'));
});

test('an Event Grid function and an activity run by hand', async () => {
  const event = await run('Arrivals', JSON.stringify({ input: JSON.stringify({ id: '9', data: { kind: 'hand' } }) }));
  const activity = await run('flaky', JSON.stringify({ input: '{"key":"by hand","failures":1}' }));
  await idle();

  const arrived = await fetch(`${fixture.host.url}/api/arrived`);
  assert.deepEqual([event.status, activity.status], [202, 202]);
  assert.deepEqual(await arrived.json(), [{ id: '9', kind: 'hand', metadata: 'hand' }]);
  const failure = fixture.log.findLast(({ functionName }) => functionName === 'flaky');
  assert.match(failure?.text ?? '', /^Failed: Error: boom #1/u);
});

test('a timer function runs by hand', async () => {
  const before = fixture.log.filter(({ text }) => text === 'tick').length;

  await run('tick', '{"input":""}');
  await idle();

  assert.equal(fixture.log.filter(({ text }) => text === 'tick').length, before + 1);
});

const refusals: [what: string, name: string, body: string, status: number][] = [
  ['no body', 'arrivals', '', 400],
  ['an input that is no event', 'arrivals', '{"input":"{"}', 400],
  ['an orchestrator', 'timers', '{"input":""}', 400],
  ['an HTTP function', 'mirror', '{"input":""}', 400],
  ['an unknown function', 'absent', '{"input":""}', 404],
];
for (const [what, name, body, status] of refusals) {
  test(`${what} is answered ${status}`, async () => {
    assert.equal((await run(name, body)).status, status);
  });
}
