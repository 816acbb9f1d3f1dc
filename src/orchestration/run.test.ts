import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Progress, Step } from '../procedure/plan.ts';
import { reason } from '../reasons.ts';
import type { Answer, Conclusion, OpenedRun, RunInput } from './activity-table.ts';
import { carryOutRun } from './run.ts';
import { drive, type Fakes } from './testing/drive.ts';
import { azure, plan, proof, runInput, step } from './testing/examples.ts';

const serverTime = '2026-11-23T10:00:05.000Z';
const ok = <T>(value: T): Answer<T> => ({ ok: true, value });

function carryOut(fakes: Fakes, input: RunInput = runInput()) {
  let conclusion: Conclusion | undefined;
  const driven = drive(
    (df) => carryOutRun({ df }),
    {
      openRun: () => ok<OpenedRun>({ kind: 'opened', azure, verdict: undefined }),
      readManagedCluster: () => ok({ azure, verdict: undefined }),
      applyStep: () => ok({ at: serverTime, written: 1 }),
      proveRun: () => ok({ proof: proof('proven') }),
      concludeRun: (concluded) => {
        conclusion = concluded.conclusion;
        return ok({ recorded: true });
      },
      ...fakes,
    },
    input,
  );
  return { ...driven, conclusion, names: driven.calls.map(({ name }) => name) };
}

function planning(steps: Step[]): Fakes {
  return { planRun: () => ok({ kind: 'planned', plan: plan(steps), at: serverTime }) };
}

const waiting = (waitingFor: string): Answer<{ progress: Progress; at: string }> =>
  ok({ progress: { kind: 'pending', waitingFor }, at: serverTime });
const reached: Answer<{ progress: Progress; at: string }> = ok({ progress: { kind: 'done' }, at: serverTime });
const rollout = step({
  id: 'data-plane',
  title: 'Data plane',
  until: [{ kind: 'rollout-complete' }],
  patienceSeconds: 300,
});
const undoStep = step({ id: 'restore', title: 'Restore' });

describe('a run', () => {
  it('applies each step, waits for its effect, proves and concludes', () => {
    const { conclusion, names } = carryOut({
      ...planning([step(), rollout]),
      watchStep: (_input, seconds) => (seconds < 30 ? waiting('2 of 3 nodes') : reached),
    });

    assert.equal(conclusion?.outcome, 'enabled');
    assert.deepEqual(
      names.filter((name) => name !== 'watchStep'),
      ['openRun', 'planRun', 'applyStep', 'applyStep', 'proveRun', 'concludeRun'],
    );
  });

  it('records nothing for a duplicate', () => {
    assert.deepEqual(carryOut({ openRun: () => ok({ kind: 'duplicate', of: 'another' }) }).names, ['openRun']);
  });

  it('ends with the reason when Azure knows no such cluster', () => {
    const { conclusion } = carryOut({
      openRun: () => ({ ok: false, kind: 'permanent', reason: reason('CLUSTER_NOT_FOUND', { cluster: 'one' }) }),
    });

    assert.equal(conclusion?.outcome, 'failed');
    assert.equal(conclusion.reasons[0]?.code, 'CLUSTER_NOT_FOUND');
  });

  it('waits for the cluster by durable timers, and one ARM read each', () => {
    const creating = { ...azure, provisioningState: 'Creating' };
    const verdict = {
      kind: 'wait' as const,
      reasons: [reason('CLUSTER_NOT_READY', { state: 'Creating', minutes: 0 })],
    };
    const { calls, conclusion } = carryOut({
      ...planning([step()]),
      openRun: () => ok({ kind: 'opened', azure: creating, verdict }),
      readManagedCluster: (_input, seconds) =>
        ok(seconds < 100 ? { azure: creating, verdict } : { azure, verdict: undefined }),
    });

    assert.equal(conclusion?.outcome, 'enabled');
    assert.equal(calls.filter(({ name }) => name === 'readManagedCluster').length, 5);
  });

  it('does not act on a cluster that took the place of another', () => {
    const verdict = {
      kind: 'wait' as const,
      reasons: [reason('CLUSTER_NOT_READY', { state: 'Creating', minutes: 0 })],
    };
    const { conclusion } = carryOut({
      openRun: () => ok({ kind: 'opened', azure, verdict }),
      readManagedCluster: () => ok({ azure: { ...azure, resourceUid: 'another' }, verdict: undefined }),
    });

    assert.deepEqual([conclusion?.outcome, conclusion?.reasons[0]?.code], ['refused', 'CLUSTER_REPLACED']);
  });

  it('declines with every reason of the verdict', () => {
    const reasons = [reason('WINDOWS_NODES', { pools: 'win' }), reason('KUBE_PROXY_IPVS')];
    const refused = carryOut({ planRun: () => ok({ kind: 'verdict', verdict: { kind: 'refuse', reasons } }) });
    assert.deepEqual([refused.conclusion?.outcome, refused.conclusion?.reasons], ['refused', reasons]);

    const skipped = carryOut({ planRun: () => ok({ kind: 'verdict', verdict: { kind: 'skip', reasons } }) });
    assert.equal(skipped.conclusion?.outcome, 'skipped');
  });

  it('writes nothing for plan and verify', () => {
    const planned = carryOut(planning([step(), rollout]), runInput('plan', 'http'));
    assert.deepEqual(planned.names, ['openRun', 'planRun', 'concludeRun']);
    assert.equal(planned.conclusion?.outcome, 'planned');

    const verified = carryOut(planning([step(), rollout]), runInput('verify', 'http'));
    assert.deepEqual(verified.names, ['openRun', 'planRun', 'proveRun', 'concludeRun']);
    assert.equal(verified.conclusion?.outcome, 'already-enabled');
  });

  it('writes nothing to a converged cluster, whatever the proof says', () => {
    const converged = planning([step({ changes: [] })]);

    assert.equal(carryOut(converged).conclusion?.outcome, 'already-enabled');
    const broken = carryOut({ ...converged, proveRun: () => ok({ proof: proof('disproven') }) });
    assert.deepEqual(broken.names.includes('planWayBack'), false);
    assert.equal(broken.conclusion?.outcome, 'failed');
  });

  it('goes back when a step gets stuck, and says why', () => {
    const { conclusion, names } = carryOut({
      ...planning([rollout]),
      watchStep: () => waiting('0 of 3 nodes'),
      planWayBack: () => ok({ steps: [undoStep], at: serverTime }),
    });

    assert.deepEqual([conclusion?.outcome, conclusion?.undone], ['undone', true]);
    assert.match(conclusion?.reasons[0]?.message ?? '', /"Data plane" was not done after 300 s: 0 of 3 nodes/);
    assert.ok(!names.includes('proveRun'));
  });

  it('goes back when the proof fails twice, and keeps the proof', () => {
    const { conclusion, names } = carryOut({
      ...planning([step()]),
      proveRun: () => ok({ proof: proof('disproven') }),
      planWayBack: () => ok({ steps: [undoStep], at: serverTime }),
    });

    assert.equal(names.filter((name) => name === 'proveRun').length, 2);
    assert.equal(conclusion?.outcome, 'undone');
    assert.equal(conclusion.proof?.result, 'disproven');
    assert.equal(conclusion.reasons[0]?.code, 'PROOF_DISPROVEN');
  });

  it('does not go back for what is disproven only once', () => {
    let looks = 0;
    const { conclusion } = carryOut({
      ...planning([step()]),
      proveRun: () => ok({ proof: proof(++looks === 1 ? 'disproven' : 'proven') }),
    });

    assert.equal(conclusion?.outcome, 'enabled');
  });

  it('tells an incomplete proof as it is', () => {
    const { conclusion, seconds } = carryOut({
      ...planning([step()]),
      proveRun: () => ok({ proof: proof('unknown') }),
    });

    assert.equal(conclusion?.outcome, 'enabled');
    assert.deepEqual(
      conclusion.notices.map(({ code }) => code),
      ['PROOF_INCOMPLETE'],
    );
    assert.ok(seconds >= 300);
  });

  it('names the step where the way back stopped', () => {
    const { conclusion } = carryOut({
      ...planning([rollout]),
      watchStep: () => waiting('0 of 3 nodes'),
      planWayBack: () => ok({ steps: [undoStep, { ...rollout, title: 'Rollout back' }, undoStep], at: serverTime }),
    });

    assert.equal(conclusion?.outcome, 'failed');
    assert.deepEqual(
      conclusion.reasons.map(({ code }) => code),
      ['STEP_TIMED_OUT', 'UNDO_INCOMPLETE'],
    );
    assert.match(conclusion.reasons[1]?.message ?? '', /stopped at "Rollout back"/);
    assert.equal(conclusion.undone, undefined);
  });

  it('carries steps out after the proof only when it is proven', () => {
    const afterwards = step({ id: 'afterwards', afterProof: true });
    const proven = carryOut(planning([step(), afterwards]));
    assert.deepEqual(proven.names.slice(-3), ['proveRun', 'applyStep', 'concludeRun']);

    const unknown = carryOut({ ...planning([step(), afterwards]), proveRun: () => ok({ proof: proof('unknown') }) });
    assert.deepEqual(unknown.names.slice(-2), ['proveRun', 'concludeRun']);
  });

  it('disables by the before-images, or says that there are none', () => {
    const back = { planWayBack: () => ok({ steps: [undoStep], at: serverTime }) };
    assert.equal(carryOut(back, runInput('disable', 'http')).conclusion?.outcome, 'undone');

    const none = carryOut({ planWayBack: () => ok({ steps: [], at: serverTime }) }, runInput('disable', 'http'));
    assert.deepEqual([none.conclusion?.outcome, none.conclusion?.reasons[0]?.code], ['refused', 'NOTHING_TO_UNDO']);
  });

  it('takes a dead claim over when its lease has ended', () => {
    const leaseUntil = '2026-11-23T10:07:00.000Z';
    const { calls, conclusion } = carryOut({
      ...planning([step()]),
      openRun: (input) =>
        ok<OpenedRun>(
          input.takeOverFrom
            ? { kind: 'opened', azure, verdict: undefined }
            : { kind: 'held', runId: 'dead', leaseUntil, running: false },
        ),
    });

    assert.equal(conclusion?.outcome, 'enabled');
    assert.deepEqual(
      calls.filter(({ name }) => name === 'openRun').map(({ at }) => at),
      [0, 421],
    );
  });

  it('never takes over a claim whose instance runs', () => {
    const { conclusion } = carryOut(
      { openRun: () => ok({ kind: 'held', runId: 'live', leaseUntil: serverTime, running: true }) },
      runInput('enable', 'http'),
    );

    assert.deepEqual([conclusion?.outcome, conclusion?.reasons[0]?.code], ['failed', 'RUN_IN_PROGRESS']);
  });

  it('stops at once, without going back, when another run took its claim', () => {
    const lost = reason('RUN_IN_PROGRESS', { run: 'another', cluster: 'one' });
    const { conclusion, names } = carryOut({
      ...planning([rollout, step()]),
      watchStep: () => ({ ok: false, kind: 'permanent', reason: lost }),
    });

    assert.deepEqual([conclusion?.outcome, conclusion?.reasons, conclusion?.undone], ['failed', [lost], undefined]);
    assert.deepEqual(names.slice(-2), ['watchStep', 'concludeRun']);
  });

  it('renews its lease while it waits', () => {
    const { calls } = carryOut({
      ...planning([{ ...rollout, patienceSeconds: 3600 }]),
      watchStep: (_input, seconds) => (seconds < 1800 ? waiting('nodes') : reached),
    });

    const renewals = calls.flatMap(({ at, input }) =>
      (input as { leaseUntil?: string }).leaseUntil && at > 0 ? [at] : [],
    );
    assert.ok(renewals.length >= 5, `renewed at ${renewals.join(', ')}`);
    assert.ok(renewals.every((at, index) => at - (renewals[index - 1] ?? 0) < 600));
  });

  it('keeps trying to record how it ended', () => {
    let attempts = 0;
    const { result, seconds } = carryOut({
      ...planning([step()]),
      concludeRun: () => {
        if (++attempts < 3) throw new Error('the table service does not answer');
        return ok({ recorded: true });
      },
    });

    assert.deepEqual(result, { outcome: 'enabled' });
    assert.equal(seconds, 120);
  });
});

describe('a step', () => {
  it('waits literally before it writes', () => {
    const { calls } = carryOut(planning([step({ waitSeconds: 60 })]));

    const applied = calls.filter(({ name }) => name === 'applyStep');
    assert.deepEqual(
      applied.map(({ at }) => at),
      [0, 60],
    );
    assert.partialDeepStrictEqual(applied[0]?.input, { changes: [] });
  });

  it('uses its fallback once, when the effect does not come in time', () => {
    const fallback = { afterSeconds: 60, changes: step().changes, why: 'the operator restarts' };
    const { calls, conclusion } = carryOut({
      ...planning([{ ...rollout, fallback }]),
      watchStep: (_input, seconds) => (seconds < 90 ? waiting('the endpoint') : reached),
    });

    const applied = calls.filter(({ name }) => name === 'applyStep');
    assert.equal(conclusion?.outcome, 'enabled');
    assert.equal(applied.length, 2);
    assert.ok((applied[1]?.at ?? 0) >= 60 && (applied[1]?.at ?? 0) <= 62);
  });

  it('goes on with a notice where its patience ends without harm', () => {
    const otherwise = reason('KUBE_PROXY_RETURNED');
    const { conclusion } = carryOut({
      ...planning([{ ...rollout, otherwise }]),
      watchStep: () => waiting('kube-proxy'),
    });

    assert.deepEqual([conclusion?.outcome, conclusion?.notices], ['enabled', [otherwise]]);
  });

  it('gives a server that does not answer the patience of the step', () => {
    const { conclusion } = carryOut({
      ...planning([rollout]),
      watchStep: (_input, seconds) => {
        if (seconds < 200) throw new Error('GET daemonsets/calico-node: ECONNREFUSED');
        return reached;
      },
    });

    assert.equal(conclusion?.outcome, 'enabled');
  });

  it('stops at once where no waiting helps', () => {
    const stuck = reason('OPERATOR_DEGRADED', { reason: 'InvalidConfigurationError', message: 'two methods' });
    const { conclusion, seconds } = carryOut({
      ...planning([rollout]),
      watchStep: () => ok({ progress: { kind: 'stuck', reason: stuck }, at: serverTime }),
      planWayBack: () => ok({ steps: [undoStep], at: serverTime }),
    });

    assert.deepEqual(conclusion?.reasons, [stuck]);
    assert.equal(seconds, 0);
  });
});
