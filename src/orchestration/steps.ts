import type { Condition, Progress, Step } from '../procedure/plan.ts';
import { reason, type Reason } from '../reasons.ts';
import type { RecordedStep } from './activity-table.ts';
import { callCluster, stopwatch } from './call-cluster.ts';
import { now, pause, pollSeconds, type Called, type Durable } from './durable.ts';
import { base, type RunInProgress } from './run-in-progress.ts';

export type StepEnd = { kind: 'done' } | { kind: 'failed'; reason: Reason };

/**
 * Carries out one step: the literal wait, the writes, then short looks until its effect is there. A server that does
 * not answer is given the step's patience too. Where patience ends without harm, the run goes on with a notice.
 */
export function* carryOutStep(run: RunInProgress, step: Step, phase: RecordedStep['phase']): Durable<StepEnd> {
  run.steps += 1;
  const recorded: RecordedStep = {
    number: run.steps,
    id: step.id,
    title: step.title,
    phase,
    startedAt: now(run.df),
  };
  if (step.waitSeconds) {
    const announced = yield* apply(run, recorded, [], `${step.waitSeconds} s to pass`, step.patienceSeconds);
    if (!announced.ok) return { kind: 'failed', reason: announced.reason };
    yield* pause(run.df, step.waitSeconds);
  }
  const waitingFor = step.until.length > 0 ? 'the effect of the change' : undefined;
  if (step.changes.length > 0 || !step.waitSeconds) {
    const applied = yield* apply(run, recorded, step.changes, waitingFor, step.patienceSeconds);
    if (!applied.ok) return { kind: 'failed', reason: applied.reason };
  }
  if (step.until.length === 0) return { kind: 'done' };
  const end = yield* watch(run, recorded, step);
  if (end.kind === 'done' || !step.otherwise) return end;
  run.notices.push(step.otherwise);
  return { kind: 'done' };
}

function* apply(
  run: RunInProgress,
  step: RecordedStep,
  changes: Step['changes'],
  waitingFor: string | undefined,
  patienceSeconds: number,
): Durable<Called<unknown>> {
  const elapsed = stopwatch(run);
  const stepStartedAt = run.serverTime;
  for (;;) {
    const input = () => ({ ...base(run), step, changes, waitingFor, stepStartedAt });
    const applied = yield* callCluster(run, 'applyStep', input);
    if (applied.ok) {
      run.serverTime = applied.value.at ?? run.serverTime;
      return applied;
    }
    const waited = elapsed();
    if (!applied.transient || waited >= patienceSeconds) return applied;
    yield* pause(run.df, pollSeconds(waited));
  }
}

function* watch(run: RunInProgress, step: RecordedStep, { until, ...rest }: Step): Durable<StepEnd> {
  const elapsed = stopwatch(run);
  let fallback = rest.fallback;
  for (;;) {
    const waited = elapsed();
    const last = waited >= rest.patienceSeconds;
    const ending = last ? (rest.otherwise ? 'done' : 'stuck') : undefined;
    const seen = yield* look(run, step, until, ending);
    if (seen.kind === 'done') return { kind: 'done' };
    if (seen.kind === 'stuck') return { kind: 'failed', reason: seen.reason };
    if (last) {
      const values = { step: step.title, seconds: Math.round(waited), waiting: seen.waitingFor };
      return { kind: 'failed', reason: reason('STEP_TIMED_OUT', values) };
    }
    if (fallback && waited >= fallback.afterSeconds) {
      const applied = yield* apply(run, step, fallback.changes, fallback.why, rest.patienceSeconds);
      if (!applied.ok) return { kind: 'failed', reason: applied.reason };
      fallback = undefined;
    }
    const next = Math.min(pollSeconds(waited), rest.patienceSeconds - waited);
    yield* pause(run.df, fallback ? Math.min(next, Math.max(fallback.afterSeconds - waited, 1)) : next);
  }
}

function* look(
  run: RunInProgress,
  step: RecordedStep,
  until: Condition[],
  ending: 'stuck' | 'done' | undefined,
): Durable<Progress> {
  const input = () => ({ ...base(run), step, until, ending, since: run.plannedAt });
  const watched = yield* callCluster(run, 'watchStep', input);
  if (watched.ok) {
    run.serverTime = watched.value.at;
    return watched.value.progress;
  }
  if (!watched.transient) return { kind: 'stuck', reason: watched.reason };
  return { kind: 'pending', waitingFor: `an answer of the API server (${watched.reason.message})` };
}
