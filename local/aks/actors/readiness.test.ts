import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../clock.ts';
import { Readiness } from './readiness.ts';

/** A clock that goes when it is told to. */
function handClock() {
  let time = 0;
  let timers: { due: number; callback: () => void }[] = [];
  const clock: Clock = {
    speed: 1,
    now: () => new Date(time),
    after: (milliseconds, callback) => {
      const timer = { due: time + milliseconds, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
  };
  const advance = (seconds: number) => {
    const end = time + seconds * 1000;
    for (;;) {
      const next = timers.filter((timer) => timer.due <= end).toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      time = next.due;
      next.callback();
    }
    time = end;
  };
  return { clock, advance };
}

describe('what a kubelet makes of a readiness probe', () => {
  it('sees the first success at once, a failure after three probes, the next success at a probe', () => {
    const { clock, advance } = handClock();
    let changes = 0;
    const readiness = new Readiness({ clock, periodSeconds: 30, failureThreshold: 3, onChange: () => (changes += 1) });
    advance(4);
    readiness.report(true);
    assert.equal(readiness.isReady, true);
    advance(10);
    readiness.report(false);
    advance(75);
    assert.equal(readiness.isReady, true, 'two probes have failed');
    advance(1);
    assert.equal(readiness.isReady, false, 'the probes at 30, 60 and 90 s have failed');
    readiness.report(true);
    assert.equal(readiness.isReady, false);
    advance(30);
    assert.equal(readiness.isReady, true);
    assert.equal(changes, 3);
  });

  it('forgets a failure that was over in time', () => {
    const { clock, advance } = handClock();
    const readiness = new Readiness({ clock, periodSeconds: 30, failureThreshold: 3, onChange: () => undefined });
    readiness.report(true);
    readiness.report(false);
    advance(65);
    readiness.report(true);
    advance(60);
    readiness.report(false);
    advance(65);
    assert.equal(readiness.isReady, true, 'two failures, a success, two failures');
  });

  it('sees everything at once without a probe', () => {
    const { clock } = handClock();
    const readiness = new Readiness({ clock, periodSeconds: 0, failureThreshold: 3, onChange: () => undefined });
    readiness.report(true);
    readiness.report(false);
    assert.equal(readiness.isReady, false);
  });
});
