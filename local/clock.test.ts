import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createClock, sharedClock, startingNow } from './clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'clock-'));
after(() => rmSync(directory, { recursive: true }));

describe('the clock', () => {
  it('passes as much faster as it is told', async () => {
    const clock = createClock(startingNow(1000));
    const [wall, simulated] = [Date.now(), clock.now().getTime()];

    await clock.sleep(60_000);

    const factor = (clock.now().getTime() - simulated) / (Date.now() - wall);
    assert.ok(factor > 500 && factor < 2000, `${factor} times as fast`);
  });

  it('never fires early, nor at once when it is far away', async (t) => {
    const clock = createClock(startingNow(100));
    let fired = false;
    t.after(clock.after(400 * 24 * 3600 * 1000, () => (fired = true)));

    for (let times = 0; times < 50; times++) {
      const due = clock.now().getTime() + 150;
      await clock.sleep(150);
      assert.ok(clock.now().getTime() >= due);
    }

    assert.equal(fired, false);
  });

  it('stops sleeping when it is told to', async () => {
    const clock = createClock(startingNow());
    const stop = new AbortController();
    const sleeping = clock.sleep(3_600_000, stop.signal);

    stop.abort(new Error('enough'));

    await assert.rejects(sleeping, /enough/);
  });

  it('is the same for all who share its file, and leaves nothing else behind', () => {
    const file = join(directory, 'clock.json');

    const [first, second] = [sharedClock(file, 50), sharedClock(file, 1)];

    assert.equal(second.speed, 50);
    assert.ok(Math.abs(first.now().getTime() - second.now().getTime()) < 50 * 1000);
    assert.deepEqual(readdirSync(directory), ['clock.json']);
  });
});
