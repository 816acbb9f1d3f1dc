import { actionName, actionType } from './actions.ts';
import type { Action, ActivityAction, CreateTimerAction, RetryOptions, SubOrchestratorAction } from './actions.ts';
import type { EventRaised } from './history.ts';

/** Something that an orchestrator decided and that takes an id: it becomes an event of the history, then happens. */
export type Decision =
  | { kind: 'activity'; id: number; name: string; input: unknown }
  | { kind: 'timer'; id: number; fireAt: Date }
  | {
      kind: 'subOrchestration';
      id: number;
      name: string;
      instanceId: string | undefined;
      version: string;
      input: unknown;
    };

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface Task {
  /** Whether it succeeded or not: an orchestrator's next action may start. */
  isDone(): boolean;
}

export interface WalkState {
  /** The orchestrator's time, in milliseconds since 1970. */
  now: number;
  nextId: number;
  open: Map<number, (succeeded: boolean) => void>;
  decisions: Map<number, Decision>;
  /** Waits for external events by lower-case name; the newest is the last. */
  waiters: Map<string, (() => void)[]>;
  unprocessed: EventRaised[];
  continueAsNew: { input: unknown } | undefined;
  unsupported: string | undefined;
}

const day = 24 * 60 * 60 * 1000;
/** What the extension announces as `maximumShortTimerDuration` and `longRunningTimerIntervalDuration`. */
const longestTimer = 6 * day;
const longTimerInterval = 3 * day;

export function startAction(state: WalkState, action: Action): Task {
  switch (action.actionType) {
    case actionType.CallActivity:
    case actionType.CallActivityWithRetry:
    case actionType.CallSubOrchestrator:
    case actionType.CallSubOrchestratorWithRetry:
      return startCall(state, action);
    case actionType.CreateTimer:
      return startTimer(state, action);
    case actionType.WaitForExternalEvent:
      return startWait(state, action.externalEventName);
    case actionType.ContinueAsNew:
      state.continueAsNew = { input: action.input };
      return done;
    case actionType.WhenAll: {
      const children = action.compoundActions.map((child) => startAction(state, child));
      return { isDone: () => children.every((child) => child.isDone()) };
    }
    case actionType.WhenAny: {
      const children = action.compoundActions.map((child) => startAction(state, child));
      return { isDone: () => children.some((child) => child.isDone()) };
    }
    case actionType.CallEntity:
    case actionType.CallHttp:
    case actionType.SignalEntity:
    case actionType.LockEntities:
    case actionType.ReleaseEntities:
      state.unsupported ??= actionName(action);
      return done;
  }
}

const done: Task = { isDone: () => true };

function decide(
  state: WalkState,
  decision: DistributiveOmit<Decision, 'id'>,
  onCompletion: (succeeded: boolean) => void,
): number {
  const id = state.nextId;
  state.nextId += 1;
  state.decisions.set(id, { ...decision, id });
  state.open.set(id, onCompletion);
  return id;
}

function startCall(state: WalkState, action: ActivityAction | SubOrchestratorAction): Task {
  let isDone = false;
  const finish = () => {
    isDone = true;
  };
  const call = (onCompletion: (succeeded: boolean) => void) => decide(state, callDecision(action), onCompletion);
  if (action.retryOptions === undefined) call(finish);
  else startWithRetry(state, action.retryOptions, call, finish);
  return { isDone: () => isDone };
}

function callDecision(action: ActivityAction | SubOrchestratorAction): DistributiveOmit<Decision, 'id'> {
  const { functionName: name, input } = action;
  if (isActivity(action)) return { kind: 'activity', name, input };
  const { instanceId, version = '' } = action;
  return { kind: 'subOrchestration', name, input, version, instanceId: instanceId || undefined };
}

function isActivity(action: ActivityAction | SubOrchestratorAction): action is ActivityAction {
  return action.actionType === actionType.CallActivity || action.actionType === actionType.CallActivityWithRetry;
}

/** The last failed attempt waits for a timer too, because the SDK does (local-host.md 3.11, rule 4). */
function startWithRetry(
  state: WalkState,
  retry: RetryOptions,
  call: (onCompletion: (succeeded: boolean) => void) => void,
  finish: () => void,
): void {
  const { retryTimeoutInMilliseconds: timeout, maxNumberOfAttempts } = retry;
  const firstAttempt = state.now;
  let failures = 0;
  const attempt = () =>
    call((succeeded) => {
      if (succeeded) return finish();
      const delay = retryDelay(retry, failures);
      failures += 1;
      if (failures >= maxNumberOfAttempts) decide(state, { kind: 'timer', fireAt: new Date(state.now) }, finish);
      else if (timeout !== undefined && state.now >= firstAttempt + timeout) finish();
      else decide(state, { kind: 'timer', fireAt: new Date(state.now + delay) }, attempt);
    });
  attempt();
}

function retryDelay(retry: RetryOptions, failuresBefore: number): number {
  const { firstRetryIntervalInMilliseconds: first, backoffCoefficient = 1 } = retry;
  const delay = first * backoffCoefficient ** failuresBefore;
  return Math.min(delay, retry.maxRetryIntervalInMilliseconds ?? 6 * day);
}

/** A wait of more than six days is a chain of timers of three days. */
function startTimer(state: WalkState, action: CreateTimerAction): Task {
  const end = Date.parse(action.fireAt);
  let isDone = action.isCanceled;
  const next = () => {
    const fireAt = end - state.now > longestTimer ? state.now + longTimerInterval : end;
    return decide(state, { kind: 'timer', fireAt: new Date(fireAt) }, () => {
      if (state.now < end) next();
      else isDone = true;
    });
  };
  const id = next();
  if (action.isCanceled) state.open.delete(id);
  return { isDone: () => isDone };
}

function startWait(state: WalkState, name: string): Task {
  const key = name.toLowerCase();
  const early = state.unprocessed.findIndex((event) => event.Name.toLowerCase() === key);
  if (early !== -1) {
    state.unprocessed.splice(early, 1);
    return done;
  }
  let isDone = false;
  const waiters = state.waiters.get(key) ?? [];
  waiters.push(() => {
    isDone = true;
  });
  state.waiters.set(key, waiters);
  return { isDone: () => isDone };
}
