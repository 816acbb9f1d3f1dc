import type { Clock } from '../../clock.ts';
import type { Log } from '../log.ts';
import type { OrchestratorAnswer } from './actions.ts';
import type { ActivityOutcome } from './activity.ts';
import { eventType, historyEvent } from './history.ts';
import type { HistoryEvent, TaskScheduled } from './history.ts';
import { isFinished } from './hub.ts';
import type { Hub, Instance, Operation } from './hub.ts';
import { findOutstanding } from './outstanding.ts';
import { createTimerTable } from './timer-table.ts';
import { concludeTurn } from './turn.ts';

/** How the engine reaches the app. */
export interface DurableFunctions {
  hasOrchestrator(name: string): boolean;
  /** @param trigger JSON text of local-host.md 3.8 */
  runOrchestrator(name: string, trigger: string): Promise<OrchestratorAnswer>;
  /** Never rejects: a failure is an outcome. */
  runActivity(instanceId: string, task: TaskScheduled): Promise<ActivityOutcome>;
}

export interface EngineOptions {
  hub: Hub;
  clock: Clock;
  log: Log;
  functions: DurableFunctions;
}

export interface Engine {
  /** Takes up what an earlier process left unfinished. */
  recover(): void;
  /** Starts an instance in place of a finished one of the same id; resolves when it would survive a crash. */
  create(instance: Instance): Promise<void>;
  /** Accepts a message for an unfinished instance; resolves when it would survive a crash. */
  send(instanceId: string, event: HistoryEvent): Promise<void>;
  purge(instanceIds: string[]): Promise<void>;
  /** Nothing begins any more; what is under way is run again by the next process. */
  stop(): void;
}

/** One turn at a time for each instance, instances side by side; nothing is polled. */
export function createEngine({ hub, clock, log, functions }: EngineOptions): Engine {
  const busy = new Set<string>();
  const timers = createTimerTable(clock);
  let stopped = false;

  async function commit(operations: Operation[]): Promise<void> {
    await hub.commit(operations);
    for (const operation of operations) {
      if (operation.kind === 'message') wake(operation.instanceId);
      if (operation.kind === 'instance') wake(operation.instance.instanceId);
    }
  }

  function wake(instanceId: string): void {
    if (stopped || busy.has(instanceId)) return;
    busy.add(instanceId);
    runTurns(instanceId).catch((error: unknown) =>
      log('error', `The instance ${instanceId} cannot go on: ${String(error)}`),
    );
  }

  async function runTurns(instanceId: string): Promise<void> {
    try {
      for (;;) {
        const instance = hub.instances.get(instanceId);
        if (stopped || instance === undefined || isFinished(instance)) return;
        const messages = takeMessages(instance);
        if (messages.length === 0) return;
        await runTurn(instance, messages);
      }
    } finally {
      // In the same breath as the last look into the inbox, or a message between the two would wake nobody.
      busy.delete(instanceId);
    }
  }

  async function runTurn(instance: Instance, messages: HistoryEvent[]): Promise<void> {
    const { instanceId } = instance;
    const started = historyEvent('OrchestratorStarted', turnTime(clock.now(), messages), {});
    const isTerminated = messages.some(({ EventType }) => EventType === eventType.ExecutionTerminated);
    const answer = isTerminated
      ? undefined
      : await functions.runOrchestrator(instance.name, orchestrationTrigger(instance, [started, ...messages]));
    if (stopped || hub.instances.get(instanceId) !== instance) return;
    const world = { hub, now: clock.now(), hasOrchestrator: functions.hasOrchestrator };
    const result = concludeTurn({ instance, messages, started, answer }, world);
    if (result.complaint !== undefined) log('error', result.complaint);
    await commit(result.operations);
    if (isFinished(instance)) reportEnd(instance);
    const current = hub.instances.get(instanceId);
    if (current !== instance || isFinished(instance)) timers.cancelAll(instanceId);
    else begin(instance, new Set(result.decisions.map(({ id }) => id)));
  }

  function reportEnd({ name, instanceId, runtimeStatus, output }: Instance): void {
    if (runtimeStatus === 'Failed') log('error', `The instance ${instanceId} of "${name}" failed: ${output}`);
    else log('debug', `The instance ${instanceId} of "${name}" is ${runtimeStatus.toLowerCase()}.`);
  }

  function begin(instance: Instance, ids: ReadonlySet<number>): void {
    const { instanceId, executionId } = instance;
    const deliver = (event: HistoryEvent) => {
      const current = hub.instances.get(instanceId);
      if (stopped || current?.executionId !== executionId || isFinished(current)) return;
      commit([{ kind: 'message', instanceId, event }]).catch((error: unknown) =>
        log('error', `A message for ${instanceId} is lost: ${String(error)}`),
      );
    };
    for (const event of findOutstanding(instance)) {
      if (!ids.has(event.EventId)) continue;
      if (event.EventType === eventType.TaskScheduled) void runActivity(instanceId, event, deliver);
      else {
        const fireAt = new Date(event.FireAt);
        const fired = { TimerId: event.EventId, FireAt: event.FireAt };
        timers.set(instanceId, event.EventId, fireAt, () => deliver(historyEvent('TimerFired', clock.now(), fired)));
      }
    }
  }

  async function runActivity(instanceId: string, task: TaskScheduled, deliver: (event: HistoryEvent) => void) {
    const outcome = await functions.runActivity(instanceId, task);
    const TaskScheduledId = task.EventId;
    if (outcome.ok) deliver(historyEvent('TaskCompleted', clock.now(), { TaskScheduledId, Result: outcome.result }));
    else {
      const { Reason, Details } = outcome;
      deliver(historyEvent('TaskFailed', clock.now(), { TaskScheduledId, Reason, Details, FailureDetails: null }));
    }
  }

  return {
    recover() {
      for (const instance of [...hub.instances.values()].filter((instance) => !isFinished(instance))) {
        begin(instance, new Set(findOutstanding(instance).map(({ EventId }) => EventId)));
        wake(instance.instanceId);
      }
    },
    async create(instance) {
      timers.cancelAll(instance.instanceId);
      await commit([{ kind: 'instance', instance }]);
    },
    send: (instanceId, event) => commit([{ kind: 'message', instanceId, event }]),
    async purge(instanceIds) {
      for (const instanceId of instanceIds) timers.cancelAll(instanceId);
      await hub.commit([{ kind: 'purge', instanceIds }]);
    },
    stop() {
      stopped = true;
      timers.stop();
    },
  };
}

/** The whole inbox up to a suspension; nothing while suspended, until somebody resumes or terminates it. */
function takeMessages({ inbox, runtimeStatus }: Instance): HistoryEvent[] {
  const wakes = ({ EventType }: HistoryEvent) =>
    EventType === eventType.ExecutionResumed || EventType === eventType.ExecutionTerminated;
  if (runtimeStatus === 'Suspended' && !inbox.some(wakes)) return [];
  const suspension = inbox.findIndex(({ EventType }) => EventType === eventType.ExecutionSuspended);
  return suspension === -1 ? [...inbox] : inbox.slice(0, suspension + 1);
}

/** A timer may fire within the last millisecond before its time; the orchestrator must not see that. */
function turnTime(now: Date, messages: HistoryEvent[]): Date {
  const due = messages.flatMap((event) => (event.EventType === eventType.TimerFired ? [Date.parse(event.FireAt)] : []));
  return new Date(Math.max(now.getTime(), ...due));
}

/** What the orchestrator gets (local-host.md 3.8). `Millseconds` is the extension's own spelling. */
function orchestrationTrigger(instance: Instance, news: HistoryEvent[]): string {
  const { history, input, instanceId, parent } = instance;
  return JSON.stringify({
    history: [...history, ...news],
    input: input === null ? null : (JSON.parse(input) as unknown),
    instanceId,
    isReplaying: history.some(({ EventType }) => EventType === eventType.ExecutionStarted),
    parentInstanceId: parent?.OrchestrationInstance.InstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
}
