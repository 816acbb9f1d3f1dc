import { reason, type Reason } from '../reasons.ts';
import type { OpenedCluster, RunInput } from './activity-table.ts';
import { call, later, now, pause, secondsSince, type Called, type Durable, type DurableContext } from './durable.ts';
import { leaseSeconds } from './run-in-progress.ts';

/** ARM allows one GET a second and cluster; a cluster takes minutes to be made (azure.md g1), or a day to be repaired. */
export function settlePollSeconds(waitedSeconds: number): number {
  return Math.min(Math.max(20, waitedSeconds / 8), 300);
}

export type Opening =
  | { kind: 'opened'; cluster: OpenedCluster }
  | { kind: 'duplicate' }
  | { kind: 'failed'; reason: Reason };

/**
 * Reads the cluster and claims it. A claim that another run left behind is taken over when its lease has ended and
 * its instance does not run; the wait for that is bounded by the lease itself.
 */
export function* openRun(df: DurableContext, input: RunInput): Durable<Opening> {
  const startedAt = now(df);
  let takeOverFrom: { runId: string; leaseUntil: string } | undefined;
  for (;;) {
    const opened = yield* call(df, 'openRun', {
      ...input,
      instanceId: df.instanceId,
      now: now(df),
      leaseUntil: later(df, leaseSeconds),
      takeOverFrom,
    });
    if (!opened.ok) {
      const waited = secondsSince(df, startedAt);
      const patient = opened.transient && waited < input.settings.settleSeconds;
      if (!patient) return { kind: 'failed', reason: opened.reason };
      yield* pause(df, settlePollSeconds(waited));
      continue;
    }
    const { value } = opened;
    if (value.kind === 'duplicate') return value;
    if (value.kind === 'opened') return { kind: 'opened', cluster: value };
    if (value.running) {
      const held = { run: value.runId, cluster: input.request.cluster.name };
      return { kind: 'failed', reason: reason('RUN_IN_PROGRESS', held) };
    }
    takeOverFrom = value;
    yield* pause(df, -secondsSince(df, value.leaseUntil) + 1);
  }
}

/** Waits until Azure says that the cluster is Succeeded and running; `Failed` is not final within that time (azure.md a3). */
export function* settle(
  df: DurableContext,
  first: OpenedCluster,
  read: () => Durable<Called<OpenedCluster>>,
  settleSeconds: number,
): Durable<Called<OpenedCluster>> {
  const startedAt = now(df);
  let cluster = first;
  while (cluster.verdict?.kind === 'wait') {
    const waited = secondsSince(df, startedAt);
    const wanted = cluster.verdict.reasons[0];
    if (waited >= settleSeconds) {
      return {
        ok: false,
        transient: false,
        reason: wanted ?? reason('INTERNAL', { problem: 'a wait without a reason' }),
      };
    }
    yield* pause(df, settlePollSeconds(waited));
    const again = yield* read();
    if (!again.ok && again.transient) continue;
    if (!again.ok) return again;
    cluster = again.value;
    if (cluster.azure.resourceUid !== first.azure.resourceUid) {
      return { ok: false, transient: false, reason: reason('CLUSTER_REPLACED', { cluster: first.azure.name }) };
    }
  }
  return { ok: true, value: cluster };
}
