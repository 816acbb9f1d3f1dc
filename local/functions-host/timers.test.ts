import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createHub } from './durable/hub.ts';
import type { FunctionMetadata } from './functions-core.ts';
import { idle } from './fixtures/fixture-host.ts';
import { manualClock } from './fixtures/manual-clock.ts';
import type { ManualClock } from './fixtures/manual-clock.ts';
import { openJournal } from './store/journal.ts';
import { memoryJournal } from './store/memory.ts';
import { startTimers } from './timers.ts';

interface Tick {
  at: string;
  isPastDue: boolean;
  last: string;
}

interface TimerData {
  ScheduleStatus: { Last: string; Next: string };
  IsPastDue: boolean;
}

/** Starts one timer function; every run is noted with the clock's time. */
function start(clock: ManualClock, options: Record<string, unknown>, hub = createHub(memoryJournal())) {
  const ticks: Tick[] = [];
  const metadata: FunctionMetadata = {
    name: 'tick',
    bindings: { timer: { type: 'timerTrigger', name: 'timer', direction: 'in', ...options } },
  };
  const stop = startTimers({
    functions: [{ metadata, callback: () => {} }],
    hub,
    clock,
    log: () => {},
    invoke: ({ trigger }) => {
      const { IsPastDue, ScheduleStatus } = JSON.parse(trigger.json ?? '') as TimerData;
      ticks.push({ at: clock.now().toISOString().slice(11, 19), isPastDue: IsPastDue, last: ScheduleStatus.Last });
      return ticks.length === 1 ? Promise.reject(new Error('the first run fails')) : Promise.resolve({});
    },
  });
  return { ticks, stop };
}

async function advance(clock: ManualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1000);
    await idle();
  }
}

test('a schedule fires at its times, in UTC, and goes on after a failure', async () => {
  const clock = manualClock();
  const { ticks, stop } = start(clock, { schedule: '*/20 * 12 * * *' });

  await advance(clock, 61);

  stop();
  assert.deepEqual(
    ticks.map(({ at }) => at),
    ['12:00:20', '12:00:40', '12:01:00'],
  );
});

test('a stopped timer fires no more', async () => {
  const clock = manualClock();
  const { ticks, stop } = start(clock, { schedule: '*/20 * * * * *' });
  await advance(clock, 21);

  stop();

  await advance(clock, 60);
  assert.equal(ticks.length, 1);
});

test('a day of month and a day of week must both hold', async () => {
  const clock = manualClock('2026-11-12T23:59:50.000Z');
  const friday13 = start(clock, { schedule: '0 0 0 13 * 5' });
  const thursday13 = start(clock, { schedule: '0 0 0 13 * 4' });

  await advance(clock, 20);

  friday13.stop();
  thursday13.stop();
  assert.deepEqual([friday13.ticks.length, thursday13.ticks.length], [1, 0]);
});

test('runOnStartup runs at once', async () => {
  const { ticks, stop } = start(manualClock(), { schedule: '0 0 * * * *', runOnStartup: true });
  await idle();

  stop();
  assert.deepEqual(
    ticks.map(({ at, isPastDue }) => [at, isPastDue]),
    [['12:00:00', false]],
  );
});

test('a run that was missed while no host ran happens at once and says so, unless it is not monitored', async (t) => {
  const hubFile = join(temporaryDirectory(t), 'hub.jsonl');
  const clock = manualClock();
  const journal = await openJournal(hubFile);
  const first = start(clock, { schedule: '0 30 * * * *' }, createHub(journal));
  await advance(clock, 1801);
  first.stop();
  await journal.close();
  clock.advance(2 * 60 * 60 * 1000);

  const again = await openJournal(hubFile);
  const second = start(clock, { schedule: '0 30 * * * *' }, createHub(again));
  const unmonitored = start(clock, { schedule: '0 30 * * * *', useMonitor: false }, createHub(again));
  await idle();

  second.stop();
  unmonitored.stop();
  await again.close();
  assert.deepEqual(second.ticks, [{ at: '14:30:01', isPastDue: true, last: '2026-11-23T12:30:00.000Z' }]);
  assert.deepEqual(unmonitored.ticks, []);
});

test('a schedule from a setting, and what is wrong with one', () => {
  const wrong = (schedule: string) => () => start(manualClock(), { schedule });
  process.env['TIMERS_TEST_SCHEDULE'] = '0 0 * * * *';

  start(manualClock(), { schedule: '%TIMERS_TEST_SCHEDULE%' }).stop();

  delete process.env['TIMERS_TEST_SCHEDULE'];
  assert.throws(
    wrong('%TIMERS_TEST_SCHEDULE%'),
    /The schedule of "tick": the setting TIMERS_TEST_SCHEDULE is missing/u,
  );
  assert.throws(wrong('every day'), /The schedule "every day" of "tick" is no NCRONTAB expression of six fields/u);
  assert.throws(wrong('61 * * * * *'), /is no NCRONTAB expression/u);
});

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'timers-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}
