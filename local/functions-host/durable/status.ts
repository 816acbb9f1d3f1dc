import { eventName, eventType } from './history.ts';
import type { HistoryEvent, SubOrchestrationInstanceCreated, TaskScheduled, TimerCreated } from './history.ts';
import type { Instance } from './hub.ts';

export interface StatusOptions {
  showInput: boolean;
  showHistory: boolean;
  showHistoryOutput: boolean;
}

/** An instance as the durable HTTP API shows it. `input` and `output` are always there: the SDK asks for them. */
export function statusView(instance: Instance, options: StatusOptions) {
  const { name, instanceId, runtimeStatus, customStatus, createdTime, lastUpdatedTime } = instance;
  return {
    name,
    instanceId,
    runtimeStatus,
    input: options.showInput ? parse(instance.input) : null,
    customStatus,
    output: runtimeStatus === 'Completed' ? parse(instance.output) : instance.output,
    createdTime: wholeSeconds(createdTime),
    lastUpdatedTime: wholeSeconds(lastUpdatedTime),
    ...(options.showHistory ? { historyEvents: historyView(instance.history, options) } : {}),
  };
}

type Scheduled = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated;
type HistoryView = Record<string, unknown>;

/** What was scheduled is folded into its completion; turns are left out (local-host.md 3.13). */
function historyView(history: readonly HistoryEvent[], options: StatusOptions): HistoryView[] {
  const scheduled = new Map<number, Scheduled>();
  const folded = new Set<number>();
  for (const event of history) {
    if (isScheduled(event)) scheduled.set(event.EventId, event);
    const id = scheduledId(event);
    if (id !== undefined) folded.add(id);
  }
  return history.flatMap((event) => {
    const isTurn =
      event.EventType === eventType.OrchestratorStarted || event.EventType === eventType.OrchestratorCompleted;
    const isFolded = isScheduled(event) && folded.has(event.EventId);
    return isTurn || isFolded ? [] : [viewEvent(event, scheduled.get(scheduledId(event) ?? -1), options)];
  });
}

function isScheduled(event: HistoryEvent): event is Scheduled {
  return (
    event.EventType === eventType.TaskScheduled ||
    event.EventType === eventType.SubOrchestrationInstanceCreated ||
    event.EventType === eventType.TimerCreated
  );
}

function scheduledId(event: HistoryEvent): number | undefined {
  if ('TaskScheduledId' in event) return event.TaskScheduledId;
  return event.EventType === eventType.TimerFired ? event.TimerId : undefined;
}

const statusNames: Record<number, string> = { 1: 'Completed', 3: 'Failed', 5: 'Terminated' };

/** Not for the reader: the ids of the replay, and what is shown under another name. */
const hidden = new Set([
  'EventType',
  'EventId',
  'IsPlayed',
  'Timestamp',
  'TaskScheduledId',
  'TimerId',
  'Name',
  'Version',
  'Tags',
  'OrchestrationInstance',
  'ParentInstance',
  'FailureDetails',
  'Input',
  'Result',
  'OrchestrationStatus',
]);

function viewEvent(event: HistoryEvent, cause: Scheduled | undefined, options: StatusOptions): HistoryView {
  const view: HistoryView = { EventType: eventName(event), Timestamp: event.Timestamp };
  for (const [name, value] of Object.entries(event)) if (!hidden.has(name)) view[name] = value;
  if (event.EventType === eventType.ExecutionStarted || event.EventType === eventType.TaskScheduled) {
    view['FunctionName'] = event.Name;
  }
  if (event.EventType === eventType.EventRaised) view['Name'] = event.Name;
  if (event.EventType === eventType.ExecutionCompleted) {
    view['OrchestrationStatus'] = statusNames[event.OrchestrationStatus];
  }
  if (cause !== undefined) {
    view['ScheduledTime'] = cause.Timestamp;
    if ('Name' in cause) view['FunctionName'] = cause.Name;
  }
  const input = 'Input' in event ? event.Input : cause !== undefined && 'Input' in cause ? cause.Input : undefined;
  if (options.showInput && input !== undefined) view['Input'] = parse(input);
  if (options.showHistoryOutput && 'Result' in event) view['Result'] = parse(event.Result);
  return view;
}

function parse(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wholeSeconds(time: string): string {
  return time.replace(/\.\d+Z$/u, 'Z');
}
