import { eventType } from './history.ts';
import type { HistoryEvent, ParentInstance } from './history.ts';

export type RuntimeStatus =
  | 'Pending'
  | 'Running'
  | 'Suspended'
  | 'ContinuedAsNew'
  | 'Completed'
  | 'Failed'
  | 'Terminated';

/** One orchestration, with all that must survive the end of the process. */
export interface Instance {
  instanceId: string;
  executionId: string;
  name: string;
  version: string;
  /** JSON text, or null when there is no input. */
  input: string | null;
  parent: ParentInstance | null;
  runtimeStatus: RuntimeStatus;
  /** JSON text when completed; plain text when failed or terminated. */
  output: string | null;
  customStatus: unknown;
  /** ISO 8601, UTC. */
  createdTime: string;
  lastUpdatedTime: string;
  history: HistoryEvent[];
  /** Accepted and not yet part of the history. */
  inbox: HistoryEvent[];
}

/** When a timer trigger fired, and when it should fire next. ISO 8601, UTC. */
export interface ScheduleStatus {
  Last: string;
  Next: string;
  LastUpdated: string;
}

/** A change of the hub; several in one commit are kept or lost together. */
export type Operation =
  | { kind: 'instance'; instance: Instance }
  | { kind: 'message'; instanceId: string; event: HistoryEvent }
  | { kind: 'turn'; instanceId: string; consumed: number; events: HistoryEvent[]; changes: Partial<Instance> }
  | { kind: 'purge'; instanceIds: string[] }
  | { kind: 'schedule'; functionName: string; status: ScheduleStatus };

/** Where operations are kept. `append` resolves when they would survive the end of the process. */
export interface Journal {
  /** What an earlier process had written, oldest first. */
  readonly recovered: readonly Operation[][];
  append(operations: readonly Operation[]): Promise<void>;
  close(): Promise<void>;
}

/** The durable state of the app: instances and schedules in memory, every change of them in a journal. */
export interface Hub {
  readonly instances: ReadonlyMap<string, Instance>;
  readonly schedules: ReadonlyMap<string, ScheduleStatus>;
  /** Takes effect at once in memory, and resolves when it would survive a crash. */
  commit(operations: readonly Operation[]): Promise<void>;
}

interface HubState {
  instances: Map<string, Instance>;
  schedules: Map<string, ScheduleStatus>;
}

export function createHub(journal: Journal): Hub {
  const state: HubState = { instances: new Map(), schedules: new Map() };
  for (const operations of journal.recovered) for (const operation of operations) apply(state, operation);
  return {
    ...state,
    commit(operations) {
      const written = journal.append(operations);
      for (const operation of operations) apply(state, operation);
      return written;
    },
  };
}

function apply(state: HubState, operation: Operation): void {
  switch (operation.kind) {
    case 'instance':
      state.instances.set(operation.instance.instanceId, operation.instance);
      return;
    case 'message':
      state.instances.get(operation.instanceId)?.inbox.push(operation.event);
      return;
    case 'turn': {
      const instance = state.instances.get(operation.instanceId);
      instance?.inbox.splice(0, operation.consumed);
      instance?.history.push(...operation.events);
      if (instance !== undefined) Object.assign(instance, operation.changes);
      return;
    }
    case 'purge':
      for (const id of operation.instanceIds) state.instances.delete(id);
      return;
    case 'schedule':
      state.schedules.set(operation.functionName, operation.status);
  }
}

/** The fewest operations that lead to the same state: what a journal is compacted to. */
export function compact(recovered: readonly (readonly Operation[])[]): Operation[] {
  const state: HubState = { instances: new Map(), schedules: new Map() };
  for (const operations of recovered) for (const operation of operations) apply(state, operation);
  return [
    ...[...state.instances.values()].map((instance): Operation => ({ kind: 'instance', instance })),
    ...[...state.schedules].map(([functionName, status]): Operation => ({ kind: 'schedule', functionName, status })),
  ];
}

export function isFinished(instance: Instance): boolean {
  return ['Completed', 'Failed', 'Terminated'].includes(instance.runtimeStatus);
}

/** By what was accepted, even when no turn has seen it yet. */
export function isSuspended({ inbox, runtimeStatus }: Instance): boolean {
  const last = inbox.findLast(
    ({ EventType }) => EventType === eventType.ExecutionSuspended || EventType === eventType.ExecutionResumed,
  );
  return last === undefined ? runtimeStatus === 'Suspended' : last.EventType === eventType.ExecutionSuspended;
}
