import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../reasons.ts';
import type { Answer, Conclusion, OpenedCluster, OpenedRun } from './activity-table.ts';
import { carryOutRun } from './run.ts';
import { drive, type Fakes } from './testing/drive.ts';
import { azure, plan, proof, runInput, step } from './testing/examples.ts';

const at = '2026-11-23T10:00:05.000Z';
const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
const rollout = step({ until: [{ kind: 'rollout-complete' }], patienceSeconds: 300 });
const verdict = { kind: 'wait' as const, reasons: [reason('CLUSTER_NOT_READY', { state: 'Stopped', minutes: 90 })] };
const stopped: OpenedCluster = { azure: { ...azure, powerState: 'Stopped' }, verdict };
const silent = () => {
  throw new Error('the API server does not answer');
};

function carryOut(fakes: Fakes, action: 'enable' | 'disable' = 'enable', conclusions: Conclusion[] = []) {
  const input = runInput(action, 'http');
  input.settings.settleSeconds = 24 * 3600;
  const driven = drive(
    (df) => carryOutRun({ df }),
    {
      openRun: () => ok<OpenedRun>({ kind: 'opened', azure, verdict: undefined }),
      readManagedCluster: () => ok({ azure, verdict: undefined }),
      planRun: () => ok({ kind: 'planned', plan: plan([rollout]), at }),
      planWayBack: () => ok({ steps: [step()], at }),
      applyStep: () => ok({ at, written: 1 }),
      watchStep: () => ok({ progress: { kind: 'done' }, at }),
      proveRun: () => ok({ proof: proof('proven') }),
      concludeRun: ({ conclusion }) => {
        conclusions.push(conclusion);
        return ok({ recorded: true });
      },
      ...fakes,
    },
    input,
  );
  const [conclusion] = conclusions;
  assert.ok(conclusion);
  const codes = conclusion.reasons.map(({ code }) => code);
  return { ...driven, conclusion, codes, names: driven.calls.map(({ name }) => name) };
}

const gone: Answer<OpenedCluster> = {
  ok: false,
  kind: 'permanent',
  reason: reason('CLUSTER_NOT_FOUND', { cluster: 'one' }),
};

describe('a cluster that does not answer', () => {
  it('is not brought back where Azure has deleted it', () => {
    const { conclusion, codes, names } = carryOut({ watchStep: silent, readManagedCluster: () => gone });

    assert.deepEqual([conclusion.outcome, codes], ['failed', ['CLUSTER_NOT_FOUND']]);
    assert.ok(!names.includes('planWayBack'));
    assert.equal(conclusion.azure?.resourceUid, azure.resourceUid);
  });

  it('is not brought back where another took its name, or where it is being deleted', () => {
    const replaced = { azure: { ...azure, resourceUid: 'another' }, verdict: undefined };
    assert.deepEqual(carryOut({ applyStep: silent, readManagedCluster: () => ok(replaced) }).codes, [
      'CLUSTER_REPLACED',
    ]);

    const refuse = { kind: 'refuse' as const, reasons: [reason('CLUSTER_DELETED', { cluster: 'one' })] };
    const deleting = carryOut({ proveRun: silent, readManagedCluster: () => ok({ azure, verdict: refuse }) });
    assert.deepEqual([deleting.conclusion.outcome, deleting.codes], ['failed', ['CLUSTER_DELETED']]);
  });

  it('ends a disable with the same reason', () => {
    const { conclusion, codes } = carryOut({ planWayBack: silent, readManagedCluster: () => gone }, 'disable');

    assert.deepEqual([conclusion.outcome, codes], ['failed', ['CLUSTER_NOT_FOUND']]);
  });

  it('is waited for where it was stopped, and its step keeps its patience', () => {
    const startsAt = 2000;
    const { conclusion, seconds } = carryOut({
      watchStep: (_input, now) => {
        if (now < startsAt) throw new Error('the API server does not answer');
        const pending = { kind: 'pending' as const, waitingFor: '2 of 3 nodes' };
        return ok({ progress: now < startsAt + 240 ? pending : { kind: 'done' }, at });
      },
      readManagedCluster: (_input, now) => ok(now < startsAt ? stopped : { azure, verdict: undefined }),
    });

    assert.equal(conclusion.outcome, 'enabled');
    assert.ok(seconds >= startsAt);
  });

  it('is given up where it stays stopped, as a failure that tells so', () => {
    const { conclusion, codes } = carryOut({
      watchStep: silent,
      planWayBack: silent,
      readManagedCluster: () => ok(stopped),
    });

    assert.deepEqual([conclusion.outcome, codes], ['failed', ['CLUSTER_NOT_READY', 'UNDO_INCOMPLETE']]);
  });

  it('is still brought back when it answers again', () => {
    const { conclusion } = carryOut({
      proveRun: () => ok({ proof: proof('disproven') }),
      planWayBack: (_input, now) => (now < 900 ? silent() : ok({ steps: [step()], at })),
    });

    assert.equal(conclusion.outcome, 'undone');
  });

  it('is not undone for a proof that nobody could make', () => {
    const { conclusion, names } = carryOut({ proveRun: silent });

    assert.deepEqual([conclusion.outcome, conclusion.reasons], ['enabled', []]);
    assert.deepEqual(
      conclusion.notices.map(({ code }) => code),
      ['PROOF_INCOMPLETE'],
    );
    assert.ok(!names.includes('planWayBack'));
  });
});

describe('Azure that does not answer', () => {
  it('is asked again while a cluster is waited for', () => {
    const { conclusion } = carryOut({
      openRun: () => ok<OpenedRun>({ kind: 'opened', ...stopped }),
      readManagedCluster: (_input, now) => (now < 300 ? silent() : ok({ azure, verdict: undefined })),
    });

    assert.equal(conclusion.outcome, 'enabled');
  });

  it('is asked ever more slowly in a day of waiting', () => {
    const { calls } = carryOut({
      openRun: () => ok<OpenedRun>({ kind: 'opened', ...stopped }),
      readManagedCluster: (_input, now) => ok(now < 80_000 ? stopped : { azure, verdict: undefined }),
    });

    assert.ok(calls.length < 400, `${calls.length} calls`);
  });

  it('is told of the end ever more slowly', () => {
    const conclusions: Conclusion[] = [];
    const fakes: Fakes = {
      concludeRun: ({ conclusion }, now) => {
        conclusions.push(conclusion);
        if (now < 86_400) throw new Error('the tables do not answer');
        return ok({ recorded: true });
      },
    };
    const { calls } = carryOut(fakes, 'enable', conclusions);

    assert.ok(calls.length < 100, `${calls.length} calls`);
  });
});
