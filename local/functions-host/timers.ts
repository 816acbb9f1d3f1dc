import { Cron } from 'croner';
import type { Clock } from '../clock.ts';
import { resolveSettings } from './app-settings.ts';
import { triggerOf } from './app-loader.ts';
import type { Hub, ScheduleStatus } from './durable/hub.ts';
import type { RegisteredFunction } from './functions-core.ts';
import type { Invocation, Invoke } from './invocation.ts';
import type { Log } from './log.ts';

export interface TimerOptions {
  functions: Iterable<RegisteredFunction>;
  hub: Hub;
  clock: Clock;
  invoke: Invoke;
  log: Log;
}

interface TimerFunction {
  function: RegisteredFunction;
  /** The first time of the schedule after another. */
  next(after: Date): Date;
  runOnStartup: boolean;
  /** Whether a run that was missed while the host was away is made up for. */
  isMonitored: boolean;
}

/** A schedule of less than a minute is never made up for, whatever `useMonitor` says. */
const monitoredFrom = 60_000;

/**
 * Fires timer triggers by their NCRONTAB schedules, in UTC, on the host's clock; a run never overlaps the one before.
 * A run that was due while no host ran happens at once, with `IsPastDue`.
 *
 * @returns stops them
 * @throws naming the function whose schedule is wrong
 */
export function startTimers({ functions, hub, clock, invoke, log }: TimerOptions): () => void {
  const stops = [...functions]
    .filter((candidate) => triggerOf(candidate).type === 'timertrigger')
    .map(readTimer)
    .map((timer) => startTimer(timer, { hub, clock, invoke, log }));
  return () => {
    for (const stop of stops) stop();
  };
}

function readTimer(registered: RegisteredFunction): TimerFunction {
  const { name } = registered.metadata;
  const { schedule, runOnStartup, useMonitor } = triggerOf(registered) as {
    schedule?: string;
    runOnStartup?: boolean;
    useMonitor?: boolean;
  };
  const pattern = resolveSettings(schedule ?? '', `The schedule of "${name}"`);
  const cron = parseSchedule(pattern, name);
  const next = (after: Date) => cron.nextRun(after) ?? new Date(8.64e15);
  const [first, second] = cron.nextRuns(2);
  const interval = first === undefined || second === undefined ? Infinity : second.getTime() - first.getTime();
  const isMonitored = (useMonitor ?? true) && interval >= monitoredFrom;
  return { function: registered, next, runOnStartup: runOnStartup ?? false, isMonitored };
}

function parseSchedule(pattern: string, name: string): Cron {
  const fields = pattern.trim().split(/\s+/u).length;
  try {
    if (fields !== 5 && fields !== 6) throw new Error(`it has ${fields} fields`);
    return new Cron(pattern, { paused: true, timezone: 'UTC', domAndDow: true });
  } catch (error) {
    throw new Error(
      `The schedule "${pattern}" of "${name}" is no NCRONTAB expression of six fields, ` +
        `{second} {minute} {hour} {day} {month} {day of week}: ${String(error)}`,
      { cause: error },
    );
  }
}

function startTimer(timer: TimerFunction, { hub, clock, invoke, log }: Omit<TimerOptions, 'functions'>): () => void {
  const { name } = timer.function.metadata;
  let cancel = () => {};
  let stopped = false;

  async function fire(isPastDue: boolean, previous: ScheduleStatus | undefined): Promise<void> {
    const now = clock.now();
    const status = { Last: now.toISOString(), Next: timer.next(now).toISOString(), LastUpdated: now.toISOString() };
    // The invoker logs a failure; the schedule goes on.
    await invoke(timerInvocation(timer.function, isPastDue, previous ?? status)).catch(() => {});
    if (timer.isMonitored && !stopped) {
      const keep = hub.commit([{ kind: 'schedule', functionName: name, status }]);
      await keep.catch((error: unknown) => log('error', `The schedule of "${name}" is not kept: ${String(error)}`));
    }
    arm(new Date(status.Next), status);
  }

  function arm(due: Date, previous: ScheduleStatus | undefined): void {
    if (stopped) return;
    const delay = Math.max(0, due.getTime() - clock.now().getTime());
    cancel = clock.after(delay, () => void fire(false, previous));
  }

  const known = timer.isMonitored ? hub.schedules.get(name) : undefined;
  const isPastDue = known !== undefined && Date.parse(known.Next) < clock.now().getTime();
  if (isPastDue || timer.runOnStartup) void fire(isPastDue, known);
  else arm(timer.next(clock.now()), known);
  return () => {
    stopped = true;
    cancel();
  };
}

/** As .NET writes a time that was never set. */
const never = '0001-01-01T00:00:00+00:00';
const neverRun: ScheduleStatus = { Last: never, Next: never, LastUpdated: never };

/** A run of a timer function; the library turns the names of the data into camel case. */
export function timerInvocation(
  registered: RegisteredFunction,
  isPastDue: boolean,
  status: ScheduleStatus = neverRun,
): Invocation {
  const data = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: isPastDue };
  return { function: registered, trigger: { json: JSON.stringify(data) } };
}
