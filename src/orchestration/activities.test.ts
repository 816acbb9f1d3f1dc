import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { v7 } from 'uuid';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { BeforeImage, Change } from '../procedure/plan.ts';
import { Failure, reason } from '../reasons.ts';
import type { Records } from '../records/records.ts';
import { recordsIn } from '../records/table-records.ts';
import { memoryTable } from '../records/testing/memory-table.ts';
import { createActivities, type Activities } from './activities.ts';
import type { ActivityInput } from './activity-table.ts';
import type { Ports } from './ports.ts';
import { queuedRun } from './run-activities.ts';
import { azure, runInput } from './testing/examples.ts';

const now = '2026-11-23T10:00:00.000Z';
const leaseUntil = '2026-11-23T10:15:00.000Z';
const nobody: Cluster = {
  survey: () => Promise.reject(new Error('nobody surveys')),
  apply: () => Promise.reject(new Error('nobody applies')),
  nodeLogs: () => Promise.resolve([]),
};

function make(ports: Partial<Ports> = {}, cluster: Partial<Cluster> = {}, onWrite?: () => void) {
  const records = recordsIn(() => memoryTable(onWrite));
  const activities = createActivities({
    records,
    resourceManager: {
      managedCluster: () => Promise.resolve(azure),
      managedClusters: () => Promise.resolve([]),
      userKubeconfig: () => Promise.reject(new Error('no kubeconfig')),
      adminKubeconfig: () => Promise.reject(new Error('no kubeconfig')),
    },
    withCluster: (_azure, _settings, work) => work({ ...nobody, ...cluster }),
    notices: { runFinished: () => Promise.resolve() },
    isRunning: () => Promise.resolve(false),
    ...ports,
  });
  return { records, activities };
}

/** A run of its own on the example's cluster. */
function opening(source: 'event' | 'http' = 'http'): ActivityInput<'openRun'> {
  const input = runInput('enable', source);
  return {
    settings: input.settings,
    request: { ...input.request, runId: v7() },
    instanceId: 'aks-one',
    now,
    leaseUntil,
  };
}

/** A run that was opened, whose lease is young. */
function running() {
  return { ...opening(), azure, leaseUntil: undefined };
}

const recordedStep = { number: 1, id: 'felix-options', title: 'Felix', phase: 'enable' as const, startedAt: now };

describe('a claim that is taken over', () => {
  it('ends the record of the run that died, with its open step', async () => {
    const { records, activities } = make();
    const dead = opening();
    await activities.openRun(dead);
    await records.updateRun(dead.request.runId, { state: 'applying' });
    const waiting = { ...recordedStep, state: 'waiting' as const, waitingFor: '2 of 3 nodes' };
    await records.saveStep(dead.request.runId, { ...waiting, writes: [{ object: 'a', path: 'b', after: 1 }] });

    const next = { ...opening(), takeOverFrom: { runId: dead.request.runId, leaseUntil } };
    assert.partialDeepStrictEqual(await activities.openRun(next), { ok: true });
    assert.partialDeepStrictEqual(await activities.openRun(next), { ok: true });

    const ended = await records.readRun(dead.request.runId);
    assert.deepEqual([ended?.state, ended?.outcome, ended?.finishedAt], ['finished', 'cancelled', now]);
    assert.deepEqual(
      ended?.reasons.map(({ code }) => code),
      ['RUN_ABANDONED'],
    );
    const [open] = await records.readSteps(dead.request.runId);
    assert.deepEqual(
      [open?.state, open?.waitingFor, open?.finishedAt, open?.writes.length],
      ['stuck', '2 of 3 nodes', now, 1],
    );
  });

  it('is waited for by a run that says so', async () => {
    const { records, activities } = make();
    const dead = opening();
    await activities.openRun(dead);
    const next = opening();
    await records.queueRun(queuedRun(next, next.instanceId, now));

    const held = await activities.openRun(next);

    assert.partialDeepStrictEqual(held, { value: { kind: 'held', runId: dead.request.runId, running: false } });
    const [told] = (await records.readRun(next.request.runId))?.reasons ?? [];
    assert.match(told?.message ?? '', /still has its lease, until 2026-11-23T10:15/);
  });

  it('leaves a record that is finished as it is', async () => {
    const { records, activities } = make();
    const finished = opening();
    await activities.openRun(finished);
    await records.updateRun(finished.request.runId, { state: 'finished', outcome: 'enabled' });

    await activities.openRun({ ...opening(), takeOverFrom: { runId: finished.request.runId, leaseUntil } });

    assert.equal((await records.readRun(finished.request.runId))?.outcome, 'enabled');
  });
});

it('the way back does not wait for a cluster whose last update failed', async () => {
  const failed = { ...azure, provisioningState: 'Failed' };
  const manager = { managedCluster: () => Promise.resolve(failed) } as never;
  const disable = opening();
  disable.request.action = 'disable';

  const enabled = await make({ resourceManager: manager }).activities.openRun(opening());
  const disabled = await make({ resourceManager: manager }).activities.openRun(disable);

  assert.partialDeepStrictEqual(enabled, { value: { verdict: { kind: 'wait' } } });
  assert.deepEqual(disabled, { ok: true, value: { kind: 'opened', azure: failed, verdict: undefined } });
});

describe('the record of a run that waits', () => {
  it('says that Azure denies access, then that the cluster is not ready, then nothing', async () => {
    let seen: typeof azure | undefined;
    const managedCluster = () =>
      seen
        ? Promise.resolve(seen)
        : Promise.reject(new Failure('denied', reason('ACCESS_PENDING', { what: 'read the cluster one in Azure' })));
    const { records, activities } = make({ resourceManager: { managedCluster } as never });
    const input = opening();
    const { runId } = input.request;
    const codes = async () => (await records.readRun(runId))?.reasons.map(({ code }) => code);
    await records.queueRun(queuedRun(input, input.instanceId, now));

    await activities.openRun(input);
    assert.deepEqual(await codes(), ['ACCESS_PENDING']);
    seen = { ...azure, powerState: 'Stopped' };
    await activities.openRun(input);
    assert.deepEqual(await codes(), ['CLUSTER_NOT_READY']);
    seen = azure;
    await activities.readManagedCluster({ ...input, azure });
    assert.deepEqual(await codes(), []);
  });

  it('makes no row of an event that was denied, which a finished run may answer', async () => {
    const denied = new Failure('denied', reason('ACCESS_PENDING', { what: 'read the cluster one' }));
    const manager = { managedCluster: () => Promise.reject(denied) } as never;
    let writes = 0;
    const { activities } = make({ resourceManager: manager }, {}, () => void (writes += 1));

    await activities.openRun(opening('event'));

    assert.equal(writes, 0);
  });

  it('says what keeps it from being planned, proven or brought back', async () => {
    const denied = new Failure('denied', reason('ACCESS_PENDING', { what: 'list nodes on one' }));
    const { records, activities } = make({}, { survey: () => Promise.reject(denied) });
    const input = running();
    const codes = async () => (await records.readRun(input.request.runId))?.reasons.map(({ code }) => code);
    await records.queueRun(queuedRun(input, input.instanceId, now));

    await activities.planRun(input);
    assert.deepEqual(await codes(), ['ACCESS_PENDING']);

    const image = { key: 'a', image: {} };
    await records.keepBeforeImages(azure.resourceUid, [image]);
    await activities.planWayBack({ ...input, because: [reason('KUBE_PROXY_IPVS')] });
    assert.deepEqual(await codes(), ['KUBE_PROXY_IPVS', 'ACCESS_PENDING']);
  });

  it('names in its step what the step waits for, or got stuck at', async () => {
    let problem: Error = new Error('one.azmk8s.io cannot be reached: ECONNREFUSED');
    const { records, activities } = make({}, { survey: () => Promise.reject(problem) });
    const input = { ...running(), step: recordedStep, until: [], since: now, ending: undefined };
    const states = async () => (await records.readSteps(input.request.runId)).map((row) => [row.state, row.waitingFor]);

    await assert.rejects(activities.watchStep(input));
    assert.deepEqual(await states(), [['waiting', problem.message]]);
    problem = new Failure('permanent', reason('NOTHING_TO_UNDO'));
    await activities.watchStep(input);
    assert.deepEqual(await states(), [['stuck', problem.message]]);
  });
});

describe('applyStep', () => {
  const image: BeforeImage = {
    object: { apiVersion: 'v1', kind: 'Thing', resource: 'things', name: 'one' },
    path: ['spec', 'on'],
    before: { present: true, value: 'theirs' },
    after: 'ours',
    step: recordedStep.id,
  };
  const change: Change = { kind: 'merge', object: image.object, patch: { spec: { on: 'ours' } } };

  /** One leaf of a cluster, written as a merge does it. */
  function leafCluster(world: { value: string; writes: number }): Partial<Cluster> {
    return {
      async apply(_change, guard) {
        const { object } = image;
        if (world.value === image.after) {
          return { object, written: false, at: now, images: guard.kept.filter(({ unconfirmed }) => unconfirmed) };
        }
        const seen = { ...image, before: { present: true as const, value: world.value } };
        await guard.keep([seen]);
        world.value = 'ours';
        world.writes += 1;
        return { object, written: true, at: now, images: [seen] };
      },
    };
  }

  function applying(): ActivityInput<'applyStep'> {
    return { ...running(), step: recordedStep, changes: [change], stepStartedAt: now, waitingFor: undefined };
  }

  async function recordOf(records: Records, activities: Activities, input: ActivityInput<'applyStep'>) {
    await activities.applyStep(input);
    const [row] = await records.readSteps(input.request.runId);
    return { writes: row?.writes, state: row?.state, images: await records.beforeImages(azure.resourceUid) };
  }

  it('ends the same wherever it crashed between two writes to the tables', async () => {
    const expected = {
      writes: [{ object: 'Thing one', path: 'spec.on', before: 'theirs', after: 'ours' }],
      state: 'done',
      images: [{ image, confirmed: true }],
    };
    let crashes = 0;
    for (let crashAt = 1, crashed = true; crashed; crashAt += 1) {
      crashed = false;
      let left = crashAt;
      const world = { value: 'theirs', writes: 0 };
      const { records, activities } = make({}, leafCluster(world), () => {
        left -= 1;
        if (left !== 0) return;
        crashed = true;
        throw new Error('crash');
      });
      const input = applying();
      await activities.applyStep(input).catch(() => undefined);
      left = 0;

      assert.deepEqual(await recordOf(records, activities, input), expected, `crash at write ${crashAt}`);
      assert.equal(world.writes, 1);
      crashes += Number(crashed);
    }
    assert.ok(crashes >= 4, `${crashes} crashes`);
  });

  it('keeps what somebody wrote while a write of ours failed', async () => {
    const world = { value: 'theirs', writes: 0 };
    const refusing = async (...[, guard]: Parameters<Cluster['apply']>) => {
      await guard.keep([image]);
      throw new Error('409 five times');
    };
    const cluster = leafCluster(world);
    let refuse = true;
    const { records, activities } = make(
      {},
      {
        apply: (...given) => (refuse ? refusing(...given) : cluster.apply?.(...given)) as never,
      },
    );
    const input = applying();

    await assert.rejects(activities.applyStep(input));
    world.value = 'theirs, changed';
    refuse = false;
    const { images } = await recordOf(records, activities, input);

    assert.partialDeepStrictEqual(images, [{ image: { before: { value: 'theirs, changed' } }, confirmed: true }]);
  });
});

it('the plan of an undo tells why it is made', async () => {
  const { records, activities } = make();
  const because = [reason('PROOF_DISPROVEN', { evidence: 'a node panics' })];
  const input = opening();
  await activities.openRun(input);

  await activities.planWayBack({ ...input, azure, because });

  const run = await records.readRun(input.request.runId);
  assert.deepEqual([run?.state, run?.reasons], ['undoing', because]);
});
