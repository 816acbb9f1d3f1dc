import type { RunRequest } from '../intake/run-request.ts';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import type {
  Change,
  Condition,
  Plan,
  Progress,
  Proof,
  ProofExpectation,
  RunSettings,
  Step,
  Verdict,
} from '../procedure/plan.ts';
import type { FailureKind, Reason } from '../reasons.ts';
import type { RunOutcome, StepRecord } from '../records/records.ts';

/** The input of an orchestration: everything that it may decide by, but for what activities tell it. */
export interface RunInput {
  request: RunRequest;
  settings: RunSettings;
}

/** Expected failures are returned, never thrown: a thrown one is tried again by policy. */
export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; kind: FailureKind; reason: Reason; retryAfterSeconds?: number | undefined };

/** What every activity of a run that has been opened gets. */
export interface ActivityBase extends RunInput {
  instanceId: string;
  azure: ManagedClusterFacts;
  /** Set where the claim's lease is to be renewed on the way. */
  leaseUntil?: string | undefined;
}

/** A cluster as Azure sees it, with what that alone decides. */
export interface OpenedCluster {
  azure: ManagedClusterFacts;
  verdict: Verdict | undefined;
}

export type OpenedRun =
  | ({ kind: 'opened' } & OpenedCluster)
  /** Somebody has done this already; there is nothing to record. */
  | { kind: 'duplicate'; of: string }
  | { kind: 'held'; runId: string; leaseUntil: string; running: boolean };

export type Planned =
  | { kind: 'planned'; plan: Plan; at: string }
  | { kind: 'verdict'; verdict: Exclude<Verdict, { kind: 'eligible' }> };

export type RecordedStep = Pick<StepRecord, 'number' | 'id' | 'title' | 'phase' | 'startedAt'>;

/** The work that an orchestrator reaches, by name: names and shapes stand in the histories of runs in flight. */
export interface ActivityTable {
  openRun(
    input: RunInput & {
      instanceId: string;
      now: string;
      leaseUntil: string;
      takeOverFrom?: { runId: string; leaseUntil: string } | undefined;
    },
  ): Promise<OpenedRun>;
  readManagedCluster(input: ActivityBase & { now: string }): Promise<OpenedCluster>;
  planRun(input: ActivityBase & { now: string }): Promise<Planned>;
  planWayBack(
    input: ActivityBase & {
      /** Why the run goes back; of a disable, nothing. */
      because?: Reason[] | undefined;
      now: string;
    },
  ): Promise<{ steps: Step[]; at: string }>;
  applyStep(
    input: ActivityBase & {
      step: RecordedStep;
      changes: Change[];
      /** By the API server's clock. */
      stepStartedAt: string;
      /** What the step waits for from now on; undefined: it is done. */
      waitingFor: string | undefined;
      now: string;
    },
  ): Promise<{ at: string | undefined; written: number }>;
  watchStep(
    input: ActivityBase & {
      step: RecordedStep;
      until: Condition[];
      since: string;
      /** Patience ends with this look: how a step that is still pending is recorded. */
      ending: 'stuck' | 'done' | undefined;
      now: string;
    },
  ): Promise<{ progress: Progress; at: string }>;
  proveRun(
    input: ActivityBase & { expectation: ProofExpectation; since: string | undefined; now: string },
  ): Promise<{ proof: Proof }>;
  concludeRun(
    input: RunInput & { instanceId: string; conclusion: Conclusion; now: string },
  ): Promise<{ recorded: true }>;
}

/** How a run ended, as its record will say. */
export interface Conclusion {
  outcome: RunOutcome;
  reasons: Reason[];
  notices: Reason[];
  proof?: Proof | undefined;
  azure?: ManagedClusterFacts | undefined;
  /** The before-images have all been brought back. */
  undone?: boolean | undefined;
}

export type ActivityName = keyof ActivityTable;
export type ActivityInput<Name extends ActivityName> = Parameters<ActivityTable[Name]>[0];
export type ActivityValue<Name extends ActivityName> = Awaited<ReturnType<ActivityTable[Name]>>;

export const activityNames: readonly ActivityName[] = [
  'openRun',
  'readManagedCluster',
  'planRun',
  'planWayBack',
  'applyStep',
  'watchStep',
  'proveRun',
  'concludeRun',
];
