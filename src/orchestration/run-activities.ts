import { assessAzure } from '../procedure/index.ts';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import type { ClaimResult, RunRecord } from '../records/records.ts';
import { isGone } from './call-cluster.ts';
import { Failure, reason, type Reason } from '../reasons.ts';
import { claims, type Ports } from './ports.ts';
import type { ActivityTable, OpenedCluster, RunInput } from './activity-table.ts';
import { stored } from './stored.ts';

type RunActivities = Pick<ActivityTable, 'openRun' | 'readManagedCluster' | 'concludeRun'>;

/** Activities that speak with Azure Resource Manager and the records, never with a cluster. */
export function createRunActivities({ resourceManager, records, notices, isRunning }: Ports): RunActivities {
  async function readCluster(input: RunInput): Promise<OpenedCluster> {
    const azure = await resourceManager.managedCluster(input.request.cluster);
    return { azure, verdict: verdictOf(azure, input) };
  }

  async function claim(
    input: Parameters<ActivityTable['openRun']>[0],
    azure: ManagedClusterFacts,
  ): Promise<ClaimResult> {
    const request = {
      subscriptionId: azure.subscriptionId,
      resourceUid: azure.resourceUid,
      resourceId: azure.resourceId,
      runId: input.request.runId,
      instanceId: input.instanceId,
      automatic: automatic(input),
      now: input.now,
      leaseUntil: input.leaseUntil,
    };
    const from = input.takeOverFrom;
    if (from === undefined || !(await records.takeOver(request, from))) return records.claim(request);
    await endAbandoned(from.runId, input);
    return { kind: 'claimed' };
  }

  /** A run whose instance died (terminated by hand, a hub that was lost) has nobody else to end its record. */
  async function endAbandoned(runId: string, { request, now }: { request: { runId: string }; now: string }) {
    const abandoned = await records.readRun(runId);
    if (!abandoned || abandoned.state === 'finished') return;
    await closeSteps(runId, now);
    const reasons = [...abandoned.reasons, reason('RUN_ABANDONED', { run: request.runId })];
    await records.updateRun(runId, {
      state: 'finished',
      outcome: 'cancelled',
      reasons,
      finishedAt: now,
      updatedAt: now,
    });
  }

  /** In a finished run no step goes on. */
  async function closeSteps(runId: string, finishedAt: string): Promise<void> {
    for (const { writes: _asTheyAre, ...step } of await records.readSteps(runId)) {
      if (step.finishedAt === undefined) await records.saveStep(runId, { ...step, state: 'stuck', finishedAt });
    }
  }

  /** While a run waits, its record says what for. */
  async function readAndTell(input: RunInput & { now: string }): Promise<OpenedCluster> {
    const opened = await readCluster(input);
    await records.updateRun(input.request.runId, { reasons: waitsFor(opened), updatedAt: input.now });
    return opened;
  }

  /** The record of a run that a person asked for says why it does not begin; any other has none yet. */
  async function tell(input: RunInput & { now: string }, why: Reason): Promise<void> {
    if (automatic(input)) return;
    await records.updateRun(input.request.runId, { reasons: [why], updatedAt: input.now });
  }

  async function telling<T>(input: RunInput & { now: string }, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure && error.kind !== 'permanent') await tell(input, error.reason);
      throw error;
    }
  }

  return {
    async openRun(input) {
      const opened = await telling(input, () => readCluster(input));
      const { azure } = opened;
      if (claims(input.request.action)) {
        const result = await claim(input, azure);
        if (result.kind === 'finished') return { kind: 'duplicate', of: result.runId };
        if (result.kind === 'held') {
          // One instance runs for a resource id: a claim of our own instance is a run that died.
          const running = result.instanceId !== input.instanceId && (await isRunning(result.instanceId));
          if (running && automatic(input)) return { kind: 'duplicate', of: result.runId };
          const { runId, leaseUntil } = result;
          if (!running) await tell(input, reason('LEASE_PENDING', { run: runId, until: leaseUntil }));
          return { kind: 'held', runId, leaseUntil, running };
        }
      }
      await records.queueRun(queuedRun(input, input.instanceId, input.now));
      await records.updateRun(input.request.runId, {
        state: 'waiting',
        reasons: waitsFor(opened),
        startedAt: input.now,
        updatedAt: input.now,
        resourceUid: azure.resourceUid,
        cluster: clusterOf(azure),
      });
      return { kind: 'opened', ...opened };
    },

    readManagedCluster: readAndTell,

    async concludeRun({ conclusion, now, ...input }) {
      const { runId, action } = input.request;
      const { outcome, azure } = conclusion;
      await records.queueRun(queuedRun(input, input.instanceId, now));
      await closeSteps(runId, now);
      await records.updateRun(runId, {
        state: 'finished',
        outcome,
        reasons: conclusion.reasons,
        notices: conclusion.notices,
        proof: conclusion.proof && stored(conclusion.proof),
        finishedAt: now,
        updatedAt: now,
      });
      const run = await records.readRun(runId);
      if (run) await notices.runFinished(run);
      if (azure && conclusion.undone) await records.dropBeforeImages(azure.resourceUid);
      if (azure && claims(action)) {
        const { subscriptionId, resourceUid } = azure;
        await records.releaseClaim({ subscriptionId, resourceUid, runId, outcome, finishedAt: now });
      }
      return { recorded: true };
    },
  };
}

/** The way back needs no more than a cluster that answers; everything else is asked by the whole of Azure's facts. */
function verdictOf(azure: ManagedClusterFacts, { request, settings }: RunInput): OpenedCluster['verdict'] {
  const verdict = assessAzure(azure, { source: request.source, settings });
  if (request.action !== 'disable') return verdict;
  // An update that failed is no reason to keep what may have made it fail.
  if (verdict?.kind === 'wait') return hasFailed(azure) ? undefined : verdict;
  return verdict?.kind === 'refuse' && verdict.reasons.some(isGone) ? verdict : undefined;
}

function hasFailed({ provisioningState, powerState }: ManagedClusterFacts): boolean {
  return provisioningState === 'Failed' && powerState === 'Running';
}

function waitsFor({ verdict }: OpenedCluster): Reason[] {
  return verdict?.kind === 'wait' ? verdict.reasons : [];
}

function automatic({ request }: RunInput): boolean {
  return request.source === 'event' || request.source === 'sweep';
}

function clusterOf(azure: ManagedClusterFacts): RunRecord['cluster'] {
  const { resourceId, subscriptionId, resourceGroup, name } = azure;
  return { resourceId, subscriptionId, resourceGroup, name };
}

/** The row of a run that nobody has begun. */
export function queuedRun({ request }: Pick<RunInput, 'request'>, instanceId: string, updatedAt: string): RunRecord {
  const { runId, action, source, cluster, requestedAt, eventId, correlationId } = request;
  return {
    id: runId,
    action,
    source,
    cluster,
    instanceId,
    state: 'queued',
    reasons: [],
    notices: [],
    requestedAt,
    updatedAt,
    eventId,
    correlationId,
  };
}
