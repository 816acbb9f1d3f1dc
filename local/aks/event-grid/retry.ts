/** Simulated seconds before the second and every later attempt (azure.md b); the last one repeats. */
const schedule: readonly number[] = [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200];

export interface RetryPolicy {
  maxDeliveryAttempts: number;
  /** Simulated seconds after which an event is given up. */
  timeToLive: number;
}

export const defaultRetryPolicy: RetryPolicy = { maxDeliveryAttempts: 30, timeToLive: 24 * 3600 };

/** A webhook's answers after which Event Grid does not try again. */
const final: readonly number[] = [400, 401, 403, 413];

/** What follows an attempt. `attempt` counts from 1, `age` is the event's in simulated seconds, status 0 is no answer. */
export function nextStep(
  status: number,
  attempt: number,
  age: number,
  policy: RetryPolicy,
): 'delivered' | { retryAfter: number } | { deadLetter: string } {
  if (status >= 200 && status <= 204) return 'delivered';
  if (final.includes(status)) return { deadLetter: `The endpoint answered ${status}, which is not retried.` };
  if (attempt >= policy.maxDeliveryAttempts) return { deadLetter: 'MaxDeliveryAttemptsExceeded' };
  const retryAfter = schedule[Math.min(attempt, schedule.length) - 1] ?? 0;
  return age + retryAfter > policy.timeToLive ? { deadLetter: 'TimeToLiveExceeded' } : { retryAfter };
}
