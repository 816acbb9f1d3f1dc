/** The numbers of the events that a history is made of (durable-functions HistoryEventType; local-host.md 3.10). */
export const eventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

export type EventName = keyof typeof eventType;

interface EventOf<Name extends EventName> {
  EventType: (typeof eventType)[Name];
  /** The event's own id for what was scheduled or created, -1 for everything else. */
  EventId: number;
  IsPlayed: boolean;
  /** ISO 8601, UTC. */
  Timestamp: string;
}

export interface OrchestrationInstance {
  InstanceId: string;
  ExecutionId: string;
}

export interface ParentInstance {
  Name: string;
  OrchestrationInstance: OrchestrationInstance;
  TaskScheduleId: number;
  Version: string;
}

export interface ExecutionStarted extends EventOf<'ExecutionStarted'> {
  Name: string;
  /** JSON text, or null when there is no input. */
  Input: string | null;
  Version: string;
  Tags: null;
  OrchestrationInstance: OrchestrationInstance;
  ParentInstance: ParentInstance | null;
}

export interface ExecutionCompleted extends EventOf<'ExecutionCompleted'> {
  /** 1 completed, 3 failed, 5 terminated. */
  OrchestrationStatus: 1 | 3 | 5;
  Result: string | null;
}

export interface ExecutionTerminated extends EventOf<'ExecutionTerminated'> {
  Input: string;
}

export interface TaskScheduled extends EventOf<'TaskScheduled'> {
  Name: string;
  Version: string;
  /** JSON text of an array that holds the one input. */
  Input: string;
}

export interface TaskCompleted extends EventOf<'TaskCompleted'> {
  TaskScheduledId: number;
  /** JSON text or null; never absent, because the SDK parses it (local-host.md T3). */
  Result: string | null;
}

export interface Failure {
  Reason: string;
  Details: string;
}

export interface TaskFailed extends EventOf<'TaskFailed'>, Failure {
  TaskScheduledId: number;
  FailureDetails: null;
}

export interface SubOrchestrationInstanceCreated extends EventOf<'SubOrchestrationInstanceCreated'> {
  Name: string;
  InstanceId: string;
  Version: string;
  Input: string | null;
}

export interface SubOrchestrationInstanceCompleted extends EventOf<'SubOrchestrationInstanceCompleted'> {
  TaskScheduledId: number;
  Result: string | null;
}

export interface SubOrchestrationInstanceFailed extends EventOf<'SubOrchestrationInstanceFailed'>, Failure {
  TaskScheduledId: number;
  FailureDetails: null;
}

export interface TimerCreated extends EventOf<'TimerCreated'> {
  FireAt: string;
}

export interface TimerFired extends EventOf<'TimerFired'> {
  TimerId: number;
  FireAt: string;
}

export interface EventRaised extends EventOf<'EventRaised'> {
  Name: string;
  /** JSON text. */
  Input: string;
}

export interface ExecutionSuspended extends EventOf<'ExecutionSuspended'> {
  Reason: string;
}

export interface ExecutionResumed extends EventOf<'ExecutionResumed'> {
  Reason: string;
}

export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCreated
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerCreated
  | TimerFired
  | EventOf<'OrchestratorStarted'>
  | EventOf<'OrchestratorCompleted'>
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed;

type EventNamed<Name extends EventName> = Extract<HistoryEvent, { EventType: (typeof eventType)[Name] }>;

/** One event as it enters a history: not played yet, and without an id unless one is given. */
export function historyEvent<Name extends EventName>(
  name: Name,
  at: Date,
  fields: Omit<EventNamed<Name>, keyof EventOf<Name>> & { EventId?: number },
): EventNamed<Name> {
  const event = { EventType: eventType[name], EventId: -1, IsPlayed: false, Timestamp: at.toISOString(), ...fields };
  return event as unknown as EventNamed<Name>;
}

/** The name of an event's number, for the history view of the HTTP API. */
export function eventName(event: HistoryEvent): EventName {
  return eventNames.get(event.EventType) ?? 'OrchestratorStarted';
}

const eventNames = new Map<number, EventName>(
  Object.entries(eventType).map(([name, number]) => [number, name as EventName]),
);
