/** What an orchestrator asks for (durable-functions ActionType; local-host.md 3.9). */
export const actionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

type Kind<Name extends keyof typeof actionType> = (typeof actionType)[Name];

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

export interface ActivityAction {
  actionType: Kind<'CallActivity' | 'CallActivityWithRetry'>;
  functionName: string;
  input?: unknown;
  retryOptions?: RetryOptions;
}

export interface SubOrchestratorAction {
  actionType: Kind<'CallSubOrchestrator' | 'CallSubOrchestratorWithRetry'>;
  functionName: string;
  instanceId?: string;
  input?: unknown;
  version?: string;
  retryOptions?: RetryOptions;
}

export interface ContinueAsNewAction {
  actionType: Kind<'ContinueAsNew'>;
  input?: unknown;
}

export interface CreateTimerAction {
  actionType: Kind<'CreateTimer'>;
  /** ISO 8601, UTC. */
  fireAt: string;
  isCanceled: boolean;
}

export interface WaitForExternalEventAction {
  actionType: Kind<'WaitForExternalEvent'>;
  externalEventName: string;
}

export interface CompoundAction {
  actionType: Kind<'WhenAny' | 'WhenAll'>;
  compoundActions: Action[];
}

export interface UnsupportedAction {
  actionType: Kind<'CallEntity' | 'CallHttp' | 'SignalEntity' | 'LockEntities' | 'ReleaseEntities'>;
}

export type Action =
  | ActivityAction
  | SubOrchestratorAction
  | ContinueAsNewAction
  | CreateTimerAction
  | WaitForExternalEventAction
  | CompoundAction
  | UnsupportedAction;

/** The answer of an orchestrator's replay: every action since the start, one for each `yield`. */
export interface OrchestratorAnswer {
  isDone: boolean;
  actions: Action[];
  output?: unknown;
  customStatus?: unknown;
  /** The message of what the orchestrator threw. */
  error?: string;
}

interface AnswerOnTheWire extends Omit<OrchestratorAnswer, 'actions'> {
  actions: Action[][];
}

const outOfProcessMarker = '\n\n$OutOfProcData$:';

/** Reads what an orchestrator's invocation returned: TypedData JSON of local-host.md 3.9. */
export function readAnswer(json: string): OrchestratorAnswer {
  const answer = JSON.parse(json) as AnswerOnTheWire;
  return { ...answer, actions: answer.actions.flat() };
}

/** Reads what an orchestrator's invocation threw: the SDK hides its answer behind a marker in the message. */
export function readFailure(message: string): OrchestratorAnswer {
  const marker = message.indexOf(outOfProcessMarker);
  if (marker === -1) return { isDone: false, actions: [], error: message };
  const answer = readAnswer(message.slice(marker + outOfProcessMarker.length));
  return { ...answer, error: answer.error ?? message.slice(0, marker) };
}

export function actionName(action: Action): string {
  return Object.entries(actionType).find(([, number]) => number === action.actionType)?.[0] ?? 'unknown';
}
