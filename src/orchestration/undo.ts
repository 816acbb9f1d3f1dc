import { reason, type Reason } from '../reasons.ts';
import type { ActivityValue, Conclusion } from './activity-table.ts';
import { callCluster, isGone, stopwatch } from './call-cluster.ts';
import { pause, type Called, type Durable } from './durable.ts';
import { settlePollSeconds } from './open.ts';
import { base, type RunInProgress } from './run-in-progress.ts';
import { carryOutStep } from './steps.ts';

export type Undoing = { kind: 'undone' } | { kind: 'nothing' } | { kind: 'failed'; reason: Reason };

/** Brings every before-image of the cluster back, in the order that is safe. What stops it stays for the next try. */
export function* undo(run: RunInProgress, because: Reason[] = []): Durable<Undoing> {
  const planned = yield* planWayBack(run, because);
  if (!planned.ok) {
    if (isGone(planned.reason)) return { kind: 'failed', reason: planned.reason };
    return { kind: 'failed', reason: reason('UNDO_INCOMPLETE', { step: 'plan', problem: planned.reason.message }) };
  }
  const { steps, at } = planned.value;
  if (steps.length === 0) return { kind: 'nothing' };
  run.plannedAt = at;
  run.serverTime = at;
  for (const step of steps) {
    const end = yield* carryOutStep(run, step, 'undo');
    if (end.kind === 'failed') {
      if (isGone(end.reason)) return end;
      const problem = { step: step.title, problem: end.reason.message };
      return { kind: 'failed', reason: reason('UNDO_INCOMPLETE', problem) };
    }
  }
  return { kind: 'undone' };
}

/** A cluster that is half switched is not left like that because its server is away for some minutes. */
function* planWayBack(run: RunInProgress, because: Reason[]): Durable<Called<ActivityValue<'planWayBack'>>> {
  const elapsed = stopwatch(run);
  for (;;) {
    const planned = yield* callCluster(run, 'planWayBack', () => ({ ...base(run), because }));
    const waited = elapsed();
    if (planned.ok || !planned.transient || waited >= run.input.settings.settleSeconds) return planned;
    yield* pause(run.df, settlePollSeconds(waited));
  }
}

/** Goes back because of `why`, and says how that ended. */
export function* undoBecause(run: RunInProgress, why: Reason[]): Durable<Omit<Conclusion, 'notices'>> {
  if (why.some(isGone)) return { outcome: 'failed', reasons: why };
  const undoing = yield* undo(run, why);
  if (undoing.kind === 'undone') return { outcome: 'undone', reasons: why, undone: true };
  return { outcome: 'failed', reasons: undoing.kind === 'failed' ? [...why, undoing.reason] : why };
}
