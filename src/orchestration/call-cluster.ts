import { reason, type Reason, type ReasonCode } from '../reasons.ts';
import type { ActivityInput, ActivityName, ActivityValue } from './activity-table.ts';
import { call, now, secondsSince, type Called, type Durable, type FailedCall } from './durable.ts';
import { settle } from './open.ts';
import { base, type RunInProgress } from './run-in-progress.ts';

const goneCodes: readonly ReasonCode[] = ['CLUSTER_NOT_FOUND', 'CLUSTER_DELETED', 'CLUSTER_REPLACED'];

/** Whether the cluster of the run is no more: then nothing is left to go on with, or to bring back. */
export function isGone({ code }: Reason): boolean {
  return goneCodes.includes(code);
}

/**
 * Calls an activity that speaks with the cluster. One that does not answer is looked up in Azure: where it is gone, that
 * is the failure; where it is stopped or being changed, it is waited for, and that time does not count (`stopwatch`).
 */
export function* callCluster<Name extends ActivityName>(
  run: RunInProgress,
  name: Name,
  input: () => ActivityInput<Name>,
): Durable<Called<ActivityValue<Name>>> {
  for (;;) {
    const called = yield* call(run.df, name, input());
    if (called.ok || !called.transient) return called;
    const problem = yield* untilItRuns(run);
    if (problem === 'it runs') return called;
    if (problem) return problem;
  }
}

/** Undefined: it was waited for. */
function* untilItRuns(run: RunInProgress): Durable<FailedCall | 'it runs' | undefined> {
  const read = () => call(run.df, 'readManagedCluster', base(run));
  const seen = yield* read();
  if (!seen.ok) return isGone(seen.reason) ? seen : 'it runs';
  const { azure, verdict } = seen.value;
  if (azure.resourceUid !== run.azure.resourceUid) {
    return { ok: false, transient: false, reason: reason('CLUSTER_REPLACED', { cluster: azure.name }) };
  }
  const deleted = verdict?.kind === 'refuse' ? verdict.reasons.find(isGone) : undefined;
  if (deleted) return { ok: false, transient: false, reason: deleted };
  if (verdict?.kind !== 'wait') return 'it runs';
  const stoppedAt = now(run.df);
  const settled = yield* settle(run.df, seen.value, read, run.input.settings.settleSeconds);
  run.outageSeconds += secondsSince(run.df, stoppedAt);
  return settled.ok ? undefined : settled;
}

/** Seconds since now, but for those in which Azure said that the cluster does not run. */
export function stopwatch(run: RunInProgress): () => number {
  const startedAt = now(run.df);
  const { outageSeconds } = run;
  return () => secondsSince(run.df, startedAt) - (run.outageSeconds - outageSeconds);
}
