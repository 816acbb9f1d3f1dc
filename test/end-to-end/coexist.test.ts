import assert from 'node:assert/strict';
import { before, describe, it, after } from 'node:test';
import { summarise } from '../../local/aks/kubernetes/request-log.ts';
import { resourceEvent } from '../../local/aks/event-grid/events.ts';
import { startWorld, type TestCluster, type World } from '../support/world.ts';

const cleanUps: (() => Promise<void>)[] = [];

describe('a new cluster with managed Calico 3.31', { timeout: 240_000 }, () => {
  let world: World;
  let cluster: TestCluster;
  before(async () => {
    world = await startWorld({ after: (end) => void cleanUps.push(end as () => Promise<void>) });
    cluster = await world.createCluster('new');
  });
  after(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it('is enabled without any other call than its PUT', async () => {
    const run = await cluster.finished();

    assert.equal(run.outcome, 'enabled');
    assert.deepEqual([run.era, run.procedure, run.source], ['E4', 'coexist', 'event']);
    assert.deepEqual(run.reasons, []);
    assert.ok(run.notices.some(({ code }) => code === 'KUBE_PROXY_KEPT'));
    assert.ok(run.steps.every(({ state }) => state === 'done'));
  });

  it('costs 4 writes, 24 reads and one for each node, 2 connections, 2 calls of ARM, one pod a node', async () => {
    const nodes = 3;
    const { writes, reads, connections } = summarise(cluster.appRequests());
    const arm = world.azure.armRequests.filter(({ caller }) => caller === world.azure.identities.app.objectId);

    assert.equal(writes, 4);
    assert.ok(reads <= 24 + nodes, `${reads} reads`);
    assert.ok(connections <= 2, `${connections} connections`);
    assert.equal(arm.length, 2);
    assert.ok(cluster.cluster.podsReplaced() <= nodes + 1, `${cluster.cluster.podsReplaced()} pods replaced`);
  });

  it('tells what was written, from what to what', async () => {
    const { steps } = await cluster.finished();
    const writes = steps.flatMap((step) => step.writes);

    const dataplane = writes.find(({ path }) => path === 'spec.calicoNetwork.linuxDataplane');
    assert.deepEqual(
      [dataplane?.object, dataplane?.before, dataplane?.after],
      ['Installation default', 'Iptables', 'BPF'],
    );
    const cleanUp = writes.find(({ path }) => path === 'spec.bpfKubeProxyIptablesCleanupEnabled');
    assert.deepEqual([cleanUp?.before, cleanUp?.after], [undefined, false]);
    assert.ok(writes.some(({ object }) => object === 'ConfigMap kubernetes-services-endpoint'));
  });

  it('tells the topic, once', async () => {
    const { id } = await cluster.finished();
    const told = world.azure.topicEvents;

    assert.equal(told.length, 1);
    assert.equal(told[0]?.subject?.toLowerCase(), cluster.resourceId.toLowerCase());
    assert.ok(JSON.stringify(told[0]).includes(id));
  });

  it('is not written to by duplicates of the event, in parallel and late, nor by an update', async () => {
    const managed = world.azure.managedClusters.get(nameOf(cluster));
    const writesBefore = summarise(cluster.appRequests()).writes;
    const armCalls = () =>
      world.azure.armRequests.filter(({ caller }) => caller === world.azure.identities.app.objectId).length;
    const armBefore = armCalls();
    world.subscription.deliveries = Array.from({ length: 10 }, (_, index) => (index < 8 ? 0 : 30_000));
    const event = resourceEvent(
      { kind: 'Write', moment: 'succeeded', method: 'PUT', existing: true, cluster: managed },
      'tenant',
      world.clock.now(),
    );
    world.subscription.publish(event);
    await settled(world, () => world.subscription.pending() === 0 && armCalls() > armBefore);

    assert.equal(summarise(cluster.appRequests()).writes, writesBefore);
    assert.equal((await cluster.runs()).length, 1);
  });

  it('whose event comes ten times, in parallel and late, has one run and one record', async (t) => {
    const { deliveries } = world.subscription;
    t.after(() => (world.subscription.deliveries = deliveries));
    world.subscription.deliveries = [...Array.from({ length: 8 }, () => 0), 20_000, 60_000];

    const ten = await world.createCluster('ten');
    await ten.finished();
    await settled(world, () => world.subscription.pending() === 0);

    assert.equal(world.subscription.attempts.filter(({ status }) => status === 202).length >= 10, true);
    assert.deepEqual(
      (await ten.runs()).map(({ outcome }) => outcome),
      ['enabled'],
    );
    assert.equal(summarise(ten.appRequests()).writes, 4);
    const told = world.azure.topicEvents.filter(({ subject }) => subject?.endsWith('/ten'));
    assert.equal(told.length, 1);
  });

  it('is found converged by a second run, which writes nothing', async () => {
    const writesBefore = summarise(cluster.appRequests()).writes;

    const run = await cluster.request('enable');

    assert.equal(run.outcome, 'already-enabled');
    assert.equal(run.proof && (run.proof as { result: string }).result, 'proven');
    assert.equal(summarise(cluster.appRequests()).writes, writesBefore);
  });

  it('can be planned and verified without a write', async () => {
    const writesBefore = summarise(cluster.appRequests()).writes;

    const [planned, verified] = [await cluster.request('plan'), await cluster.request('verify')];

    assert.deepEqual([planned.outcome, verified.outcome], ['planned', 'already-enabled']);
    assert.equal(summarise(cluster.appRequests()).writes, writesBefore);
  });

  it('is brought back to what it was by disable, and can be enabled again', async () => {
    const run = await cluster.request('disable');

    assert.deepEqual([run.outcome, run.reasons], ['undone', []]);
    const installation = cluster.object('operator.tigera.io/installations', 'default')?.spec ?? {};
    assert.partialDeepStrictEqual(installation, { calicoNetwork: { linuxDataplane: 'Iptables' } });
    assert.equal(installation['calicoNodeDaemonSet'], undefined);
    const felix = cluster.object('crd.projectcalico.org/felixconfigurations', 'default')?.spec ?? {};
    assert.deepEqual(
      Object.entries(felix).filter(([key]) => key.startsWith('bpf') && key !== 'bpfLogLevel'),
      [['bpfEnabled', false]],
    );
    assert.equal(cluster.object('/configmaps', 'kubernetes-services-endpoint', 'tigera-operator'), undefined);

    assert.equal((await cluster.request('disable')).outcome, 'refused');
    assert.equal((await cluster.request('enable')).outcome, 'enabled');
  });
});

function nameOf({ resourceId }: TestCluster) {
  const [, , subscriptionId = '', , resourceGroup = '', , , , name = ''] = resourceId.split('/');
  return { subscriptionId, resourceGroup, name };
}

async function settled(world: World, look: () => boolean): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = look() ? quiet + 1 : 0) await world.clock.sleep(5000);
}
