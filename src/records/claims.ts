import { Failure, reason } from '../reasons.ts';
import { tableKey } from './keys.ts';
import type { ClaimRequest, ClaimResult, Records, RunOutcome } from './records.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import type { Row, Table } from './table.ts';

/** A cluster's row: who holds it, and what the last finished run came to. */
interface ClaimColumns {
  resourceId: string;
  /** Of the run that holds the cluster; undefined: it is free. */
  runId: string | undefined;
  instanceId: string | undefined;
  leaseUntil: string | undefined;
  claimedAt: string | undefined;
  /** Of the run that finished last; undefined: none has yet. */
  finishedRunId: string | undefined;
  outcome: RunOutcome | undefined;
  finishedAt: string | undefined;
}

/** How often a row that others change meanwhile is read again at once, before that is left to the activity's retry. */
const mostTries = 10;

type Claims = Pick<Records, 'claim' | 'takeOver' | 'renewClaim' | 'releaseClaim'>;

/**
 * Claims as rows of one table. Every change is made on condition that the row is still the one that was read, so of
 * two runs that want the same one wins, and a write whose answer was lost is recognized when it is made again.
 */
export function createClaims(table: Table): Claims {
  return {
    async claim(request) {
      return settle(table, request, async (row) => {
        if (row === undefined) return created(table, request);
        const before = columnsOf(row);
        const answer = answerTo(request, before);
        if (answer !== undefined) return answer;
        return (await table.replace(row, { ...before, ...holding(request) })) ? { kind: 'claimed' } : undefined;
      });
    },

    async takeOver(request, from) {
      return settle(table, request, async (row) => {
        const before = row === undefined ? undefined : columnsOf(row);
        if (row === undefined || before === undefined) return false;
        if (before.runId === request.runId) return true;
        if (before.runId !== from.runId || before.leaseUntil !== from.leaseUntil) return false;
        return (await table.replace(row, { ...before, ...holding(request) })) || undefined;
      });
    },

    async renewClaim(claim) {
      await settle(table, claim, async (row) => {
        const before = row === undefined ? undefined : columnsOf(row);
        const released = before?.runId === undefined && before?.finishedRunId === claim.runId;
        if (released) return true;
        if (row === undefined || before?.runId !== claim.runId) throw lost(claim.runId, before);
        // A renewal that comes late, by an activity that ran twice, does not shorten the lease.
        if (Date.parse(before.leaseUntil ?? '') >= Date.parse(claim.leaseUntil)) return true;
        return (await table.replace(row, { ...before, leaseUntil: claim.leaseUntil })) || undefined;
      });
    },

    async releaseClaim(claim) {
      await settle(table, claim, async (row) => {
        const before = row === undefined ? undefined : columnsOf(row);
        if (row === undefined || before?.runId !== claim.runId) return true;
        const { resourceId } = before;
        const { runId: finishedRunId, outcome, finishedAt } = claim;
        return (await table.replace(row, { resourceId, finishedRunId, outcome, finishedAt })) || undefined;
      });
    },
  };
}

/** What `step` answers about the row; undefined: the row was changed meanwhile, so it is read again. */
async function settle<Answer>(
  table: Table,
  cluster: { subscriptionId: string; resourceUid: string },
  step: (row: Row | undefined) => Promise<Answer | undefined>,
): Promise<Answer> {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const answer = await step(await table.read(tableKey(cluster.subscriptionId), tableKey(cluster.resourceUid)));
    if (answer !== undefined) return answer;
  }
  throw new StoreUnavailable(`the claim of ${cluster.resourceUid} was changed ${mostTries} times while it was read`);
}

async function created(table: Table, request: ClaimRequest): Promise<ClaimResult | undefined> {
  const columns = { ...holding(request) };
  const isNew = await table.create(tableKey(request.subscriptionId), tableKey(request.resourceUid), columns);
  return isNew ? { kind: 'claimed' } : undefined;
}

/** The answer that needs no write; undefined: the cluster is free for this request. */
function answerTo(request: ClaimRequest, { runId, ...row }: ClaimColumns): ClaimResult | undefined {
  if (runId === request.runId) return { kind: 'claimed' };
  if (runId !== undefined) {
    return { kind: 'held', runId, instanceId: row.instanceId ?? '', leaseUntil: row.leaseUntil ?? '' };
  }
  if (!request.automatic || row.finishedRunId === undefined || row.outcome === undefined) return undefined;
  return { kind: 'finished', runId: row.finishedRunId, outcome: row.outcome };
}

function holding({ resourceId, runId, instanceId, leaseUntil, now }: ClaimRequest) {
  return { resourceId, runId, instanceId, leaseUntil, claimedAt: now };
}

function columnsOf(row: Row): ClaimColumns & Record<string, string | undefined> {
  return row.columns as unknown as ClaimColumns & Record<string, string | undefined>;
}

/** Whoever lost the claim must not go on writing to the cluster. */
function lost(runId: string, row: ClaimColumns | undefined): Failure {
  const run = row?.runId ?? row?.finishedRunId ?? 'of nobody (the claim is gone)';
  const cluster = row?.resourceId ?? 'the cluster';
  const { code, message, remedy } = reason('RUN_IN_PROGRESS', { run, cluster });
  return new Failure('permanent', { code, message: `Run ${runId} lost its claim: ${message}`, remedy });
}
