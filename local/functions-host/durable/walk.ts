import { eventType } from './history.ts';
import type { EventRaised, HistoryEvent } from './history.ts';
import type { Action } from './actions.ts';
import { startAction } from './tasks.ts';
import type { Decision, Task, WalkState } from './tasks.ts';

export interface WalkResult {
  /** What the history does not have yet, in the order of the ids. */
  decisions: Decision[];
  /** The id that the next decision would get. */
  nextId: number;
  /** Every action was started and is done. */
  finished: boolean;
  /** Activities, timers and sub-orchestrations without a result; a cancelled timer is not one. */
  openTasks: number;
  /** Waits for external events that nothing has answered. */
  waitingForEvents: number;
  /** External events that nobody has waited for, in the order of their arrival. */
  unprocessedEvents: EventRaised[];
  continueAsNew: { input: unknown } | undefined;
  suspended: boolean;
  /** The reason of a termination, which wins over everything else. */
  terminated: string | undefined;
  /** Why the history and the actions cannot belong to the same orchestrator. */
  nonDeterminism: string | undefined;
  /** What the orchestrator asked for and this host does not have. */
  unsupported: string | undefined;
}

/**
 * Follows the durable extension through a history, so that the ids of tasks, the retries' timers and the checks of
 * determinism come out as they do on Azure (local-host.md 3.11). Pure.
 */
export function walk(history: readonly HistoryEvent[], actions: readonly Action[]): WalkResult {
  const state: WalkState = {
    now: 0,
    nextId: 0,
    open: new Map(),
    decisions: new Map(),
    waiters: new Map(),
    unprocessed: [],
    continueAsNew: undefined,
    unsupported: undefined,
  };
  const parked = new Map<number, Decision>();
  const queued: HistoryEvent[] = [];
  let current: Task | undefined;
  let started = 0;
  let suspended = false;
  let terminated: string | undefined;
  let nonDeterminism: string | undefined;

  function advance(): void {
    while (current === undefined || current.isDone()) {
      const action = actions[started];
      current = undefined;
      if (action === undefined) return;
      started += 1;
      current = startAction(state, action);
    }
  }

  function confirm(id: number, kind: Decision['kind'], name: string | undefined): void {
    const decision = state.decisions.get(id);
    const sameName = name === undefined || decisionName(decision)?.toLowerCase() === name.toLowerCase();
    if (decision?.kind === kind && sameName) {
      state.decisions.delete(id);
      return;
    }
    const now = decision === undefined ? 'nothing' : `${decision.kind} '${decisionName(decision) ?? ''}'`;
    nonDeterminism ??=
      `Non-Deterministic workflow detected: the history holds ${kind} '${name ?? ''}' with id ${id}, ` +
      `but this replay scheduled ${now} with that id. Was the orchestrator changed while the instance was running?`;
  }

  function complete(id: number, succeeded: boolean): void {
    const onCompletion = state.open.get(id);
    state.open.delete(id);
    onCompletion?.(succeeded);
    advance();
  }

  function raise(event: EventRaised): void {
    const waiter = state.waiters.get(event.Name.toLowerCase())?.pop();
    if (waiter === undefined) state.unprocessed.push(event);
    waiter?.();
    advance();
  }

  function process(event: HistoryEvent): void {
    switch (event.EventType) {
      case eventType.ExecutionStarted:
        return advance();
      case eventType.TaskScheduled:
        return confirm(event.EventId, 'activity', event.Name);
      case eventType.SubOrchestrationInstanceCreated:
        return confirm(event.EventId, 'subOrchestration', event.Name);
      case eventType.TimerCreated:
        return confirm(event.EventId, 'timer', undefined);
      case eventType.TaskCompleted:
      case eventType.SubOrchestrationInstanceCompleted:
        return complete(event.TaskScheduledId, true);
      case eventType.TaskFailed:
      case eventType.SubOrchestrationInstanceFailed:
        return complete(event.TaskScheduledId, false);
      case eventType.TimerFired:
        return complete(event.TimerId, true);
      case eventType.EventRaised:
        return raise(event);
      case eventType.ExecutionTerminated:
        terminated ??= event.Input;
        return undefined;
      case eventType.ExecutionSuspended:
        suspended = true;
        moveAll(state.decisions, parked);
        return undefined;
      case eventType.ExecutionResumed:
        suspended = false;
        moveAll(parked, state.decisions);
        for (const waiting of queued.splice(0)) follow(waiting);
        return undefined;
      case eventType.OrchestratorStarted:
      case eventType.OrchestratorCompleted:
      case eventType.ExecutionCompleted:
        return undefined;
      default:
        return undefined;
    }
  }

  function follow(event: HistoryEvent): void {
    const passesSuspension =
      event.EventType === eventType.ExecutionResumed || event.EventType === eventType.ExecutionTerminated;
    if (event.EventType === eventType.OrchestratorStarted) state.now = Date.parse(event.Timestamp);
    else if (suspended && !passesSuspension) queued.push(event);
    else process(event);
  }

  for (const event of history) follow(event);
  return {
    decisions: [...state.decisions.values()].sort((a, b) => a.id - b.id),
    nextId: state.nextId,
    finished: current === undefined && started === actions.length,
    openTasks: state.open.size,
    waitingForEvents: [...state.waiters.values()].reduce((sum, waiters) => sum + waiters.length, 0),
    unprocessedEvents: state.unprocessed,
    continueAsNew: state.continueAsNew,
    suspended,
    terminated,
    nonDeterminism,
    unsupported: state.unsupported,
  };
}

function decisionName(decision: Decision | undefined): string | undefined {
  return decision === undefined || decision.kind === 'timer' ? undefined : decision.name;
}

function moveAll(from: Map<number, Decision>, to: Map<number, Decision>): void {
  for (const [id, decision] of from) to.set(id, decision);
  from.clear();
}
