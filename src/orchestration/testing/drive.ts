import type { ActivityInput, ActivityName, ActivityValue, Answer, RunInput } from '../activity-table.ts';
import type { Durable, DurableContext } from '../durable.ts';

export type Fakes = {
  [Name in ActivityName]?: (input: ActivityInput<Name>, seconds: number) => Answer<ActivityValue<Name>>;
};

interface Scheduled {
  activity?: { name: ActivityName; input: never };
  fireAt?: Date;
}

export interface Driven<T> {
  result: T;
  /** Simulated seconds that the orchestration took. */
  seconds: number;
  calls: { name: ActivityName; at: number; input: unknown }[];
}

/** Runs an orchestration without a host: activities answer at once, timers move a clock, a throwing activity is out of attempts. */
export function drive<T>(
  orchestrate: (df: DurableContext) => Durable<T>,
  fakes: Fakes,
  input: Partial<RunInput> = {},
): Driven<T> {
  const start = Date.parse('2026-11-23T10:00:00.000Z');
  let time = start;
  const scheduled = (task: Scheduled) => task as never;
  const df: DurableContext = {
    instanceId: 'aks-0123456789abcdef',
    get currentUtcDateTime() {
      return new Date(time);
    },
    getInput: () => input,
    callActivityWithRetry: (name, _retry, activityInput) =>
      scheduled({ activity: { name: name as ActivityName, input: activityInput as never } }),
    createTimer: (fireAt) => scheduled({ fireAt }),
  };
  const calls: Driven<T>['calls'] = [];
  const generator = orchestrate(df);
  let next = generator.next();
  while (!next.done) {
    const { activity, fireAt } = next.value as unknown as Scheduled;
    if (fireAt) {
      time = Math.max(time, fireAt.getTime());
      next = generator.next();
      continue;
    }
    if (!activity) throw new Error('an orchestrator yielded something that is no durable task');
    const seconds = (time - start) / 1000;
    calls.push({ name: activity.name, at: seconds, input: activity.input });
    const fake = fakes[activity.name];
    if (!fake) throw new Error(`nobody plays ${activity.name}`);
    let answer: unknown;
    try {
      answer = structuredClone(fake(activity.input, seconds));
    } catch (error) {
      next = generator.throw(
        new Error(`Activity function '${activity.name}' failed:  ${(error as Error).message} \n {}`),
      );
      continue;
    }
    next = generator.next(answer);
  }
  return { result: next.value, seconds: (time - start) / 1000, calls };
}
