import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRetryPolicy, nextStep } from './retry.ts';

test('an event is retried on the schedule until its day is over', () => {
  const waits: number[] = [];
  let age = 0;

  for (let attempt = 1; ; attempt += 1) {
    const step = nextStep(500, attempt, age, defaultRetryPolicy);
    if (step === 'delivered') assert.fail('a 500 is no delivery');
    if ('deadLetter' in step) {
      assert.equal(step.deadLetter, 'TimeToLiveExceeded');
      break;
    }
    waits.push(step.retryAfter);
    age += step.retryAfter;
  }

  assert.deepEqual(waits, [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200]);
});

test('successes end it, final answers end it otherwise, no answer is retried', () => {
  for (const status of [200, 201, 202, 203, 204]) assert.equal(nextStep(status, 1, 0, defaultRetryPolicy), 'delivered');
  for (const status of [400, 401, 403, 413]) {
    assert.ok('deadLetter' in Object(nextStep(status, 1, 0, defaultRetryPolicy)), String(status));
  }
  for (const status of [0, 205, 302, 404, 408, 409, 429, 500, 503]) {
    assert.deepEqual(nextStep(status, 1, 0, defaultRetryPolicy), { retryAfter: 10 }, String(status));
  }
});

test('the number of attempts is bounded', () => {
  const policy = { maxDeliveryAttempts: 2, timeToLive: 3600 };

  assert.deepEqual(nextStep(500, 1, 0, policy), { retryAfter: 10 });
  assert.deepEqual(nextStep(500, 2, 10, policy), { deadLetter: 'MaxDeliveryAttemptsExceeded' });
});
