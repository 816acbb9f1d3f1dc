import type { Reason } from '../reasons.ts';

/** Where a run is. */
export type RunState = 'queued' | 'waiting' | 'planning' | 'applying' | 'proving' | 'undoing' | 'finished';
/** How a finished run ended. */
export type RunOutcome =
  | 'enabled'
  | 'already-enabled'
  | 'planned'
  | 'skipped'
  | 'refused'
  | 'undone'
  | 'failed'
  | 'cancelled';

/** JSON that this room stores without looking into it. */
export type Stored = string | number | boolean | null | Stored[] | { [key: string]: Stored };

export interface RecordedCluster {
  /** As Azure spells it where it was read, else as it was asked for. */
  resourceId: string;
  subscriptionId: string;
  resourceGroup: string;
  name: string;
}

/** One run; its steps are rows of their own. */
export interface RunRecord {
  /** A GUID whose first bits are its time (version 7). */
  id: string;
  action: 'enable' | 'disable' | 'plan' | 'verify';
  source: 'event' | 'http' | 'cli' | 'sweep';
  cluster: RecordedCluster;
  resourceUid?: string | undefined;
  instanceId: string;
  state: RunState;
  outcome?: RunOutcome | undefined;
  era?: string | undefined;
  procedure?: string | undefined;
  reasons: Reason[];
  notices: Reason[];
  proof?: Stored | undefined;
  /** Titles of the planned steps with what each changes, for the reader. */
  plan?: Stored | undefined;
  eventId?: string | undefined;
  correlationId?: string | undefined;
  requestedAt: string;
  startedAt?: string | undefined;
  finishedAt?: string | undefined;
  updatedAt: string;
}

export interface RecordedWrite {
  /** For example `Installation default`. */
  object: string;
  /** Dotted path; empty: the object itself. */
  path: string;
  /** Undefined: it was not there. */
  before?: Stored | undefined;
  after: Stored;
}

export interface StepRecord {
  /** From 1, through the run; the way back goes on counting. */
  number: number;
  id: string;
  title: string;
  phase: 'enable' | 'undo';
  state: 'applying' | 'waiting' | 'done' | 'stuck';
  /** While it waits, or where it got stuck: what for. */
  waitingFor?: string | undefined;
  writes: RecordedWrite[];
  startedAt: string;
  finishedAt?: string | undefined;
}

/** What one activity knows of a step; it is merged into the row, so that a later try wipes nothing. */
export type StepFields = Omit<StepRecord, 'writes'> & { writes?: RecordedWrite[] | undefined };

/** A before-image as it is stored; `key` names object and leaf, so that one leaf has one image. */
export interface StoredBeforeImage {
  /** Object and path, for example `felixconfigurations/default/spec/bpfEnabled`. */
  key: string;
  image: Stored;
}

export interface KeptBeforeImage {
  image: Stored;
  /** False: nobody has seen yet that the write it was kept for was made. */
  confirmed: boolean;
}

export interface ClaimRequest {
  subscriptionId: string;
  resourceUid: string;
  resourceId: string;
  runId: string;
  instanceId: string;
  /** Nobody asked for this run by name: a finished record of the cluster ends it. */
  automatic: boolean;
  now: string;
  leaseUntil: string;
}

export type ClaimResult =
  | { kind: 'claimed' }
  /** Only for automatic requests. */
  | { kind: 'finished'; runId: string; outcome: RunOutcome }
  /** Another run holds the cluster; `leaseUntil` has not come, or its instance is to be looked at. */
  | { kind: 'held'; runId: string; instanceId: string; leaseUntil: string };

export interface RunFilter {
  /** Resource id in any case. */
  cluster?: string | undefined;
  state?: RunState | undefined;
  outcome?: RunOutcome | undefined;
}

export interface RunPage {
  runs: RunRecord[];
  /** Opaque; undefined on the last page. */
  next: string | undefined;
}

/** What happened, in Azure Table Storage. Every write can be repeated: activities may run twice. */
export interface Records {
  /** Makes the tables; once, at start. */
  prepare(): Promise<void>;
  /** Creates the row, or leaves the one that is there; of one that is not whole, only what is missing is written. */
  queueRun(run: RunRecord): Promise<void>;
  /** Takes back the row of a request that turned out to be a duplicate. */
  discardRun(id: string): Promise<void>;
  /** Undefined where there is no whole row: an update to a run that was taken back makes none of it. */
  readRun(id: string): Promise<RunRecord | undefined>;
  /** Newest first, without `plan` and `proof`; at most 100. A page may be short and still have a next one. */
  listRuns(filter: RunFilter, page: { size: number; from?: string | undefined }): Promise<RunPage>;
  /** Merges the given fields; creates the row where it is missing. */
  updateRun(id: string, fields: Partial<Omit<RunRecord, 'id'>>): Promise<void>;
  /** Merges: `writes` that are not given stay as they are, `waitingFor` and `finishedAt` that are not given are cleared. */
  saveStep(runId: string, step: StepFields): Promise<void>;
  readSteps(runId: string): Promise<StepRecord[]>;
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /** Takes over a claim whose lease has ended and whose instance does not run; false: it changed meanwhile. */
  takeOver(request: ClaimRequest, from: { runId: string; leaseUntil: string }): Promise<boolean>;
  /** Never shortens a lease. Throws a `Failure` with RUN_IN_PROGRESS when the run holds the claim no longer: it must stop. */
  renewClaim(claim: { subscriptionId: string; resourceUid: string; runId: string; leaseUntil: string }): Promise<void>;
  /** Frees the cluster and keeps what the run came to; nothing when the run holds it no longer. */
  releaseClaim(claim: {
    subscriptionId: string;
    resourceUid: string;
    runId: string;
    outcome: RunOutcome;
    finishedAt: string;
  }): Promise<void>;
  /**
   * An image whose write was confirmed wins over every later one, until they are dropped. One that was not is replaced:
   * somebody else may have changed the leaf since.
   */
  keepBeforeImages(resourceUid: string, images: StoredBeforeImage[]): Promise<void>;
  /** Says that the writes of these images were made. */
  confirmBeforeImages(resourceUid: string, keys: readonly string[]): Promise<void>;
  /** Oldest first. */
  beforeImages(resourceUid: string): Promise<KeptBeforeImage[]>;
  /** After a complete undo. */
  dropBeforeImages(resourceUid: string): Promise<void>;
}
