import type { OrchestratorAnswer } from './actions.ts';
import { missingFunction } from './activity.ts';
import { eventType, historyEvent } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { isFinished } from './hub.ts';
import type { Hub, Instance, Operation } from './hub.ts';
import { newInstance } from './instance.ts';
import { walk } from './walk.ts';
import type { WalkResult } from './walk.ts';
import type { Decision } from './tasks.ts';

export interface Turn {
  instance: Instance;
  /** What this turn takes from the front of the inbox. */
  messages: HistoryEvent[];
  started: HistoryEvent;
  /** Absent when no code has to run, because the instance is terminated. */
  answer: OrchestratorAnswer | undefined;
}

export interface TurnResult {
  /** One atomic commit. */
  operations: Operation[];
  /** What begins once the commit is durable. */
  decisions: Decision[];
  /** Something that would go unnoticed on Azure. */
  complaint?: string;
}

export interface TurnWorld {
  hub: Hub;
  now: Date;
  hasOrchestrator(name: string): boolean;
}

interface Ending {
  status: 'Completed' | 'Failed' | 'Terminated';
  output: string | null;
  /** For the parent of a failed sub-orchestration. */
  error?: string;
}

const statusNumber = { Completed: 1, Failed: 3, Terminated: 5 } as const;

/** Azure's limit of a custom status, in bytes of UTF-16. */
const customStatusLimit = 16 * 1024;

/** What follows from an orchestrator's answer: new history, messages to others, an end (local-host.md 3.12). Pure. */
export function concludeTurn(turn: Turn, world: TurnWorld): TurnResult {
  const { instance, messages, started, answer } = turn;
  const result = walk([...instance.history, started, ...messages], answer?.actions ?? []);
  const ending = findEnding(turn, result);
  if (ending === 'continueAsNew') return restart(turn, result, world);
  if (ending !== undefined) return finish(turn, result, ending, world);
  const decisions = result.suspended ? [] : result.decisions;
  if (isStuck(result)) {
    const error = 'nothing can ever wake this orchestration: it waits for a task that the extension does not know of.';
    return { ...finish(turn, result, failed(instance, error), world), complaint: `${instance.instanceId}: ${error}` };
  }
  const operations: Operation[] = decisions.flatMap((decision) => createChild(decision, instance, world));
  const events = [started, ...messages, ...decisions.map((decision) => decisionEvent(decision, instance, world.now))];
  events.push(historyEvent('OrchestratorCompleted', world.now, {}));
  const changes: Partial<Instance> = {
    runtimeStatus: result.suspended ? 'Suspended' : 'Running',
    customStatus: answer?.customStatus ?? null,
    lastUpdatedTime: world.now.toISOString(),
  };
  operations.unshift({
    kind: 'turn',
    instanceId: instance.instanceId,
    consumed: messages.length,
    events: withPlayed(events, true),
    changes,
  });
  return { operations, decisions };
}

function findEnding({ instance, answer }: Turn, result: WalkResult): Ending | 'continueAsNew' | undefined {
  if (result.terminated !== undefined) return { status: 'Terminated', output: result.terminated };
  if (answer === undefined) return undefined;
  if (result.nonDeterminism !== undefined) {
    return { status: 'Failed', output: result.nonDeterminism, error: result.nonDeterminism };
  }
  if (result.unsupported !== undefined) {
    return failed(instance, `${result.unsupported} is not supported by the local Functions host.`);
  }
  const statusSize = JSON.stringify(answer.customStatus ?? null).length * 2;
  if (statusSize > customStatusLimit) {
    const limit = `${customStatusLimit / 1024} KB`;
    return failed(
      instance,
      `The UTF-16 size of the JSON-serialized payload must not exceed ${limit}. The current payload size is ${statusSize} bytes.`,
    );
  }
  const isOver = result.finished && result.openTasks === 0 && !result.suspended;
  if (isOver && answer.error !== undefined) return failed(instance, answer.error);
  if (!isOver || !answer.isDone) return undefined;
  if (result.continueAsNew !== undefined) return 'continueAsNew';
  return { status: 'Completed', output: jsonText(answer.output) };
}

function failed(instance: Instance, error: string): Ending {
  return { status: 'Failed', output: `Orchestrator function '${instance.name}' failed: ${error}`, error };
}

function isStuck(result: WalkResult): boolean {
  return result.openTasks === 0 && result.waitingForEvents === 0 && !result.suspended;
}

function finish({ instance, messages, started, answer }: Turn, result: WalkResult, ending: Ending, world: TurnWorld) {
  const { now } = world;
  const events = [
    started,
    ...messages,
    historyEvent('ExecutionCompleted', now, {
      EventId: result.nextId,
      OrchestrationStatus: statusNumber[ending.status],
      Result: ending.output,
    }),
    historyEvent('OrchestratorCompleted', now, {}),
  ];
  const customStatus = answer === undefined ? instance.customStatus : (answer.customStatus ?? null);
  const changes: Partial<Instance> = {
    runtimeStatus: ending.status,
    output: ending.output,
    customStatus: JSON.stringify(customStatus).length * 2 > customStatusLimit ? null : customStatus,
    lastUpdatedTime: now.toISOString(),
  };
  const { instanceId, inbox } = instance;
  const operations: Operation[] = [
    { kind: 'turn', instanceId, consumed: inbox.length, events: withPlayed(events, true), changes },
    ...tellParent(instance, ending, world),
  ];
  return { operations, decisions: [] };
}

function restart({ instance, messages }: Turn, result: WalkResult, world: TurnWorld): TurnResult {
  const rest = instance.inbox.slice(messages.length);
  const next = newInstance({
    instanceId: instance.instanceId,
    name: instance.name,
    version: instance.version,
    input: jsonText(result.continueAsNew?.input),
    parent: instance.parent,
    now: world.now,
  });
  const carried = [...result.unprocessedEvents, ...rest.filter(({ EventType }) => carriedOver.has(EventType))];
  const inbox = [...next.inbox, ...withPlayed(carried, false)];
  return { operations: [{ kind: 'instance', instance: { ...next, inbox } }], decisions: [] };
}

/** What is meant for the instance and not for one execution of it. */
const carriedOver = new Set<number>([
  eventType.EventRaised,
  eventType.ExecutionTerminated,
  eventType.ExecutionSuspended,
  eventType.ExecutionResumed,
]);

function tellParent({ parent }: Instance, ending: Ending, { hub, now }: TurnWorld): Operation[] {
  if (parent === null) return [];
  const instanceId = parent.OrchestrationInstance.InstanceId;
  const receiver = hub.instances.get(instanceId);
  const isWaiting =
    receiver !== undefined &&
    !isFinished(receiver) &&
    receiver.executionId === parent.OrchestrationInstance.ExecutionId;
  if (!isWaiting) return [];
  const TaskScheduledId = parent.TaskScheduleId;
  const event =
    ending.status === 'Completed'
      ? historyEvent('SubOrchestrationInstanceCompleted', now, { TaskScheduledId, Result: ending.output })
      : historyEvent('SubOrchestrationInstanceFailed', now, {
          TaskScheduledId,
          Reason: ending.output ?? '',
          Details: `Message: ${ending.error ?? ending.output ?? ''}, StackTrace: `,
          FailureDetails: null,
        });
  return [{ kind: 'message', instanceId, event }];
}

function childId(decision: Decision & { kind: 'subOrchestration' }, instance: Instance): string {
  return decision.instanceId ?? `${instance.executionId}:${decision.id}`;
}

function decisionEvent(decision: Decision, instance: Instance, now: Date): HistoryEvent {
  const EventId = decision.id;
  if (decision.kind === 'timer') {
    return historyEvent('TimerCreated', now, { EventId, FireAt: decision.fireAt.toISOString() });
  }
  const { name: Name } = decision;
  if (decision.kind === 'activity') {
    const Input = JSON.stringify([decision.input ?? null]);
    return historyEvent('TaskScheduled', now, { EventId, Name, Version: '', Input });
  }
  const InstanceId = childId(decision, instance);
  const Input = jsonText(decision.input);
  return historyEvent('SubOrchestrationInstanceCreated', now, { EventId, Name, InstanceId, Version: '', Input });
}

function createChild(decision: Decision, instance: Instance, world: TurnWorld): Operation[] {
  if (decision.kind !== 'subOrchestration') return [];
  const { hub, now } = world;
  const instanceId = childId(decision, instance);
  const existing = hub.instances.get(instanceId);
  const problem = world.hasOrchestrator(decision.name)
    ? existing !== undefined && !isFinished(existing)
      ? alreadyExists(existing)
      : undefined
    : missingFunction('Orchestrator', decision.name);
  if (problem !== undefined) {
    const fields = { TaskScheduledId: decision.id, FailureDetails: null, ...problem };
    const event = historyEvent('SubOrchestrationInstanceFailed', now, fields);
    return [{ kind: 'message', instanceId: instance.instanceId, event }];
  }
  const parent = {
    Name: instance.name,
    OrchestrationInstance: { InstanceId: instance.instanceId, ExecutionId: instance.executionId },
    TaskScheduleId: decision.id,
    Version: instance.version,
  };
  const { name, version } = decision;
  const child = newInstance({ instanceId, name, version, input: jsonText(decision.input), parent, now });
  return [{ kind: 'instance', instance: child }];
}

function alreadyExists({ runtimeStatus }: Instance) {
  const Reason = `An Orchestration instance with the status ${runtimeStatus} already exists.`;
  return { Reason, Details: `Message: ${Reason}, StackTrace: ` };
}

function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

function withPlayed(events: HistoryEvent[], IsPlayed: boolean): HistoryEvent[] {
  return events.map((event) => Object.assign(structuredClone(event), { IsPlayed }));
}
