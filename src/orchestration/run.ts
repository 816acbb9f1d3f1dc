import type { Plan, Step, Verdict } from '../procedure/plan.ts';
import { reason, type Reason } from '../reasons.ts';
import type { Conclusion, RunInput } from './activity-table.ts';
import { callCluster, isGone, stopwatch } from './call-cluster.ts';
import { call, LostClaim, now, pause, secondsSince, type Durable, type DurableContext } from './durable.ts';
import { openRun, settle, settlePollSeconds } from './open.ts';
import { evidenceAgainst, prove } from './prove.ts';
import { base, type RunInProgress } from './run-in-progress.ts';
import { carryOutStep } from './steps.ts';
import { undo, undoBecause } from './undo.ts';

type Ending = Omit<Conclusion, 'notices'>;

/** The story of one run: claim, settle, plan, steps, proof, conclusion (design: life of a run). */
export function* carryOutRun({ df }: { df: DurableContext }): Durable<{ outcome: string }> {
  const input = df.getInput() as RunInput;
  const opening = yield* openRun(df, input);
  if (opening.kind === 'duplicate') return { outcome: 'duplicate' };
  if (opening.kind === 'failed') {
    const outcome = opening.reason.code === 'ACCESS_DENIED' ? 'refused' : 'failed';
    return yield* conclude(df, input, { outcome, reasons: [opening.reason], notices: [] });
  }
  const { azure } = opening.cluster;
  const startedAt = now(df);
  const run: RunInProgress = {
    df,
    input,
    azure,
    leaseRenewedAt: startedAt,
    plannedAt: startedAt,
    serverTime: startedAt,
    steps: 0,
    outageSeconds: 0,
    notices: [],
  };
  let ending: Ending;
  try {
    ending = yield* settleAndAct(run, opening.cluster);
  } catch (error) {
    // A claim that was lost, or a mistake of ours: nothing more is written, and the record says so.
    const problem = error instanceof Error ? error.message : String(error);
    const why = error instanceof LostClaim ? error.reason : reason('INTERNAL', { problem });
    ending = { outcome: 'failed', reasons: [why] };
  }
  return yield* conclude(df, input, { ...ending, notices: run.notices, azure: run.azure });
}

function* settleAndAct(run: RunInProgress, cluster: Parameters<typeof settle>[1]): Durable<Ending> {
  const { settings } = run.input;
  const read = () => call(run.df, 'readManagedCluster', base(run));
  const settled = yield* settle(run.df, cluster, read, settings.settleSeconds);
  if (!settled.ok) return { outcome: declining(settled.reason), reasons: [settled.reason] };
  run.azure = settled.value.azure;
  const { verdict } = settled.value;
  if (verdict && verdict.kind !== 'eligible') return declined(verdict);
  if (run.input.request.action === 'disable') return yield* disable(run);
  return yield* planAndAct(run);
}

function* disable(run: RunInProgress): Durable<Ending> {
  const undoing = yield* undo(run);
  if (undoing.kind === 'undone') return { outcome: 'undone', reasons: [], undone: true };
  if (undoing.kind === 'nothing') return { outcome: 'refused', reasons: [reason('NOTHING_TO_UNDO')] };
  return { outcome: 'failed', reasons: [undoing.reason] };
}

function* planAndAct(run: RunInProgress): Durable<Ending> {
  const { action } = run.input.request;
  const planned = yield* planWhenHealthy(run);
  if ('outcome' in planned) return planned;
  run.notices.push(...planned.notices);
  const changes = planned.steps.some((step) => step.changes.length > 0);
  if (action === 'plan') return { outcome: 'planned', reasons: [] };
  if (action === 'verify' || !changes) return yield* confirm(run, planned);
  return yield* enable(run, planned);
}

/** Plans; where the verdict is to wait (nodes or Calico not ready yet), asks again for as long as settling may take. */
function* planWhenHealthy(run: RunInProgress): Durable<Plan | Ending> {
  const elapsed = stopwatch(run);
  for (;;) {
    const planned = yield* callCluster(run, 'planRun', () => base(run));
    const waited = elapsed();
    const patient = waited < run.input.settings.settleSeconds;
    if (planned.ok && planned.value.kind === 'planned') {
      run.plannedAt = planned.value.at;
      run.serverTime = planned.value.at;
      return planned.value.plan;
    }
    if (planned.ok && planned.value.kind === 'verdict') {
      const { verdict } = planned.value;
      if (verdict.kind !== 'wait' || !patient) return declined(verdict);
    } else if (!planned.ok && (!planned.transient || !patient)) {
      return { outcome: declining(planned.reason), reasons: [planned.reason] };
    }
    yield* pause(run.df, settlePollSeconds(waited));
  }
}

/** Nothing is to be written: the proof alone says how the cluster stands. */
function* confirm(run: RunInProgress, plan: Plan): Durable<Ending> {
  const proving = yield* prove(run, plan, undefined);
  if (proving.kind === 'failed') return { outcome: 'failed', reasons: [proving.reason] };
  const { proof } = proving;
  if (proof.result === 'disproven') return { outcome: 'failed', reasons: [disproven(proof)], proof };
  if (proof.result === 'unknown') run.notices.push(reason('PROOF_INCOMPLETE', { evidence: evidenceAgainst(proof) }));
  return { outcome: 'already-enabled', reasons: [], proof };
}

function* enable(run: RunInProgress, plan: Plan): Durable<Ending> {
  const failed = yield* carryOutSteps(
    run,
    plan.steps.filter((step) => !step.afterProof),
  );
  if (failed) return yield* undoBecause(run, [failed]);
  const proving = yield* prove(run, plan, run.plannedAt);
  if (proving.kind === 'failed') {
    if (isGone(proving.reason)) return { outcome: 'failed', reasons: [proving.reason] };
    // Nothing speaks against eBPF: only what is disproven is undone.
    run.notices.push(reason('PROOF_INCOMPLETE', { evidence: proving.reason.message.replace(/\.$/, '') }));
    return { outcome: 'enabled', reasons: [] };
  }
  const { proof } = proving;
  if (proof.result === 'disproven') {
    const undone = yield* undoBecause(run, [disproven(proof)]);
    return { ...undone, proof };
  }
  if (proof.result === 'unknown') {
    run.notices.push(reason('PROOF_INCOMPLETE', { evidence: evidenceAgainst(proof) }));
    return { outcome: 'enabled', reasons: [], proof };
  }
  const failedAfterwards = yield* carryOutSteps(
    run,
    plan.steps.filter((step) => step.afterProof),
  );
  if (failedAfterwards) return { ...(yield* undoBecause(run, [failedAfterwards])), proof };
  return { outcome: 'enabled', reasons: [], proof };
}

function* carryOutSteps(run: RunInProgress, steps: Step[]): Durable<Reason | undefined> {
  for (const step of steps) {
    const end = yield* carryOutStep(run, step, 'enable');
    if (end.kind === 'failed') return end.reason;
  }
  return undefined;
}

function disproven(proof: Parameters<typeof evidenceAgainst>[0]): Reason {
  return reason('PROOF_DISPROVEN', { evidence: evidenceAgainst(proof) });
}

/** How a run ends that could not begin to write. */
function declining({ code }: Reason): 'failed' | 'refused' {
  return code === 'CLUSTER_NOT_FOUND' ? 'failed' : 'refused';
}

function declined(verdict: Exclude<Verdict, { kind: 'eligible' }>): Ending {
  return { outcome: verdict.kind === 'skip' ? 'skipped' : 'refused', reasons: verdict.reasons };
}

/** A run that cannot be recorded is not finished: the record is tried until it is there. */
function* conclude(df: DurableContext, input: RunInput, conclusion: Conclusion): Durable<{ outcome: string }> {
  const startedAt = now(df);
  for (;;) {
    const recorded = yield* call(df, 'concludeRun', { ...input, instanceId: df.instanceId, conclusion, now: now(df) });
    if (recorded.ok) return { outcome: conclusion.outcome };
    // Ever more slowly: a history that grows for days is read by every replay.
    yield* pause(df, Math.min(Math.max(60, secondsSince(df, startedAt) / 8), 3600));
  }
}
