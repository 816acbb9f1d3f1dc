import { RetryOptions, type OrchestrationContext, type Task } from 'durable-functions';
import { Failure, reason, type Reason } from '../reasons.ts';
import type { ActivityInput, ActivityName, ActivityValue, Answer } from './activity-table.ts';

/** What an orchestrator is made of: it yields durable tasks and nothing else. */
export type Durable<T> = Generator<Task, T, unknown>;
export type DurableContext = Pick<OrchestrationContext['df'], 'callActivityWithRetry' | 'createTimer'> & {
  readonly currentUtcDateTime: Date;
  readonly instanceId: string;
  getInput(): unknown;
};

/** A failed call: `transient` where the policy's attempts were used up, so that a patient caller may ask again. */
export interface FailedCall {
  ok: false;
  reason: Reason;
  transient: boolean;
}
export type Called<T> = { ok: true; value: T } | FailedCall;

/** Another run holds the cluster now: this one must stop at once, and leave everything as it is. */
export class LostClaim extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.message);
    this.name = 'LostClaim';
    this.reason = reason;
  }
}

/** From the first 403: a role that was just assigned can take this long (azure.md m2). */
const accessPatienceSeconds = 15 * 60;
const accessPollSeconds = 60;
const mostAttempts = 5;

/** 5 attempts, 5 s doubling to 60 s (azure.md c2). Never a retry time-out: it hangs the orchestration (c2, T9). */
function retryPolicy(): RetryOptions {
  const options = new RetryOptions(5000, mostAttempts);
  options.backoffCoefficient = 2;
  options.maxRetryIntervalInMilliseconds = 60_000;
  return options;
}

export function now(df: DurableContext): string {
  return df.currentUtcDateTime.toISOString();
}

export function secondsSince(df: DurableContext, start: string): number {
  return (df.currentUtcDateTime.getTime() - Date.parse(start)) / 1000;
}

export function later(df: DurableContext, seconds: number): string {
  return new Date(df.currentUtcDateTime.getTime() + seconds * 1000).toISOString();
}

/** Waits by a durable timer, which survives the app. */
export function* pause(df: DurableContext, seconds: number): Durable<void> {
  yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + Math.max(seconds, 0) * 1000));
}

/** The wait before the next look: short at first, then an eighth of the time waited, half a minute at most. */
export function pollSeconds(waitedSeconds: number): number {
  return Math.min(Math.max(2, waitedSeconds / 8), 30);
}

/**
 * Calls an activity. Transient errors are tried again by policy; 403 is asked again each minute for a quarter of
 * an hour, and 429 after the time that the server asked for; whatever remains is returned, never thrown.
 */
export function* call<Name extends ActivityName>(
  df: DurableContext,
  name: Name,
  input: ActivityInput<Name>,
): Durable<Called<ActivityValue<Name>>> {
  let deniedSince: string | undefined;
  let throttledCalls = 0;
  for (;;) {
    let answer: Answer<ActivityValue<Name>>;
    try {
      answer = (yield df.callActivityWithRetry(name, retryPolicy(), input)) as Answer<ActivityValue<Name>>;
    } catch (error) {
      return { ok: false, transient: true, reason: reason('ATTEMPTS_USED_UP', { problem: firstLine(error) }) };
    }
    if (answer.ok) return answer;
    if (answer.reason.code === 'RUN_IN_PROGRESS') throw new LostClaim(answer.reason);
    if (answer.kind === 'denied') {
      deniedSince ??= now(df);
      if (secondsSince(df, deniedSince) >= accessPatienceSeconds) {
        const denied = { what: answer.reason.message, minutes: accessPatienceSeconds / 60 };
        return { ok: false, transient: false, reason: reason('ACCESS_DENIED', denied) };
      }
      yield* pause(df, accessPollSeconds);
    } else if (answer.kind === 'throttled' && ++throttledCalls < mostAttempts) {
      yield* pause(df, Math.max(answer.retryAfterSeconds ?? 0, 5));
    } else {
      return { ok: false, transient: answer.kind === 'throttled', reason: answer.reason };
    }
  }
}

/** An activity's error arrives as text with the host's details behind the first line; rooms keep secrets out of it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '')
    .replace(/^Activity function '\w+' failed:/, '')
    .trim()
    .slice(0, 300);
}

/** The answer of an activity: what it returns, or the `Failure` that it threw; other errors stay thrown. */
export async function answerOf<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ok: false, kind: error.kind, reason: error.reason, retryAfterSeconds: error.retryAfterSeconds };
  }
}
