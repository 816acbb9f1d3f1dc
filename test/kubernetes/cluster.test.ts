import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../local/aks/kubernetes/request-log.ts';
import type { BeforeImage, Change, ObjectReference } from '../../src/procedure/plan.ts';
import { Failure } from '../../src/reasons.ts';
import { guardAt, startSimulatedCluster } from './simulated-cluster.ts';

const today = { kubernetesVersion: '1.35', aadProfile: { managed: true, enableAzureRbac: true } };
const ofTheArticle = { kubernetesVersion: '1.20' };

const installation: ObjectReference = {
  apiVersion: 'operator.tigera.io/v1',
  kind: 'Installation',
  resource: 'installations',
  name: 'default',
};
const felix: ObjectReference = {
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'FelixConfiguration',
  resource: 'felixconfigurations',
  name: 'default',
};
const endpoint: ObjectReference = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'tigera-operator',
  name: 'kubernetes-services-endpoint',
};

test('a cluster of today, by a token: every fact, in twelve reads over two connections', async (t) => {
  const { simulated, withCluster, appUser, facts: azure } = await startSimulatedCluster(t, today);

  const facts = await withCluster((cluster) => cluster.survey());

  const entries = simulated.requests.by(appUser);
  const { readRequests, writes, connections } = summarise(entries);
  assert.deepEqual({ readRequests, writes }, { readRequests: 12, writes: 0 });
  assert.ok(connections <= 2, `${connections} connections`);
  assert.deepEqual(
    entries.filter(({ code }) => code !== 200).map(({ name, code }) => [name, code]),
    [['kubernetes-services-endpoint', 404]],
  );
  assert.equal(facts.nodes?.filter(({ ready }) => ready).length, 3);
  assert.equal(facts.installation?.calicoVersion, 'v3.31.2');
  assert.equal(facts.calicoVersion, 'v3.31.2');
  assert.equal(facts.tigeraStatus?.available?.status, 'True');
  assert.match(facts.operator?.image ?? '', /v1\.40\.2$/);
  assert.deepEqual([facts.calicoNode?.desired, facts.calicoNode?.available, facts.kubeProxy?.desired], [3, 3, 3]);
  assert.equal(facts.schema?.linuxDataplane, true);
  assert.equal(facts.workloadPods, 0);
  assert.equal(facts.endpoint.host, azure.fqdn);
});

test('a cluster of the article’s time, by a certificate: another schema, no conditions’ generation', async (t) => {
  const { simulated, withCluster } = await startSimulatedCluster(t, ofTheArticle);

  const facts = await withCluster((cluster) => cluster.survey());

  assert.equal(simulated.requests.by('masterclient').length, 12);
  assert.equal(facts.schema?.linuxDataplane, false);
  assert.equal(facts.schema.felixKeepsUnknownFields, true);
  assert.equal(facts.installation?.calicoVersion, undefined);
  assert.equal(facts.tigeraStatus?.available?.status, 'True');
  assert.equal(facts.tigeraStatus.available.observedGeneration, undefined);
});

test('changes are made once, and brought back as they were', async (t) => {
  const { simulated, withCluster, appUser } = await startSimulatedCluster(t, today);
  const before = await withCluster((cluster) => cluster.survey());
  const guard = guardAt(before.observedAt);
  const data = { KUBERNETES_SERVICE_HOST: before.endpoint.host, KUBERNETES_SERVICE_PORT: '443' };
  const changes: Change[] = [
    { kind: 'merge', object: felix, patch: { spec: { bpfKubeProxyIptablesCleanupEnabled: false } } },
    {
      kind: 'merge',
      object: installation,
      patch: { spec: { calicoNodeDaemonSet: { spec: { template: { spec: { dnsPolicy: 'Default' } } } } } },
    },
    { kind: 'apply', object: endpoint, body: { data } },
  ];
  simulated.requests.clear();

  for (const change of [...changes, ...changes]) await withCluster((cluster) => cluster.apply(change, guard));

  assert.equal(summarise(simulated.requests.by(appUser)).writes, changes.length);
  const during = await withCluster((cluster) => cluster.survey());
  assert.deepEqual(during.endpointConfigMap, data);
  assert.equal(during.felixConfiguration?.spec['bpfKubeProxyIptablesCleanupEnabled'], false);

  const imagesOf = (object: ObjectReference) => guard.kept.filter((image: BeforeImage) => image.object === object);
  for (const object of [endpoint, installation, felix]) {
    const change: Change = { kind: 'restore', object, images: imagesOf(object) };
    const first = await withCluster((cluster) => cluster.apply(change, guard));
    const second = await withCluster((cluster) => cluster.apply(change, guard));
    assert.deepEqual([first.written, second.written], [true, false]);
  }

  const after = await withCluster((cluster) => cluster.survey());
  assert.equal(after.endpointConfigMap, null);
  assert.deepEqual(after.felixConfiguration?.spec, before.felixConfiguration?.spec);
  assert.deepEqual(after.installation?.spec, before.installation?.spec);
});

test('a field that this Calico does not know is pruned, and named', async (t) => {
  const { withCluster } = await startSimulatedCluster(t, ofTheArticle);
  const { observedAt } = await withCluster((cluster) => cluster.survey(['installations']));
  const change: Change = {
    kind: 'merge',
    object: installation,
    patch: { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } },
  };

  const error: unknown = await withCluster((cluster) => cluster.apply(change, guardAt(observedAt))).catch(
    (thrown: unknown) => thrown,
  );

  assert.ok(error instanceof Failure);
  assert.equal(error.reason.code, 'FIELD_NOT_KEPT');
});

test('the operator’s pod of before is deleted once, whatever the number of tries', async (t) => {
  const { simulated, withCluster, appUser, clock } = await startSimulatedCluster(t, today);
  const change: Change = {
    kind: 'delete-pods',
    namespace: 'tigera-operator',
    labelSelector: 'k8s-app=tigera-operator',
  };
  await clock.sleep(2000);
  const guard = guardAt((await withCluster((cluster) => cluster.survey(['operator']))).observedAt);

  const first = await withCluster((cluster) => cluster.apply(change, guard));
  const deadline = Date.now() + 10_000;
  for (let isBack = false; !isBack;) {
    assert.ok(Date.now() < deadline, 'the operator came back');
    const { operator } = await withCluster((cluster) => cluster.survey(['operator']));
    isBack = operator?.available === 1;
  }
  const second = await withCluster((cluster) => cluster.apply(change, guard));

  assert.deepEqual([first.written, second.written], [true, false]);
  assert.equal(summarise(simulated.requests.by(appUser)).writes, 1);
});

test('calico-node’s log of every node, from a moment on', async (t) => {
  const { simulated, withCluster, appUser } = await startSimulatedCluster(t, today);

  const logs = await withCluster((cluster) => cluster.nodeLogs(undefined));
  const later = await withCluster((cluster) => cluster.nodeLogs('2199-01-01T00:00:00Z', [logs[0]?.node ?? '']));

  assert.equal(logs.length, 3);
  for (const { ready, lines } of logs) assert.ok(ready && lines && lines.length > 0);
  assert.deepEqual(later[0]?.lines, []);
  assert.equal(simulated.requests.by(appUser).length, 2 + 3 + 1 + 1);
});

test('a credential that the cluster no longer takes is replaced within the same work', async (t) => {
  const { simulated, withCluster, appUser } = await startSimulatedCluster(t, today);
  await withCluster((cluster) => cluster.survey(['operator']));
  simulated.apiServer.faults.add({ match: ({ user }) => user === appUser, answer: { code: 401 }, times: 1 });

  const { operator } = await withCluster((cluster) => cluster.survey(['operator']));

  assert.equal(operator?.available, 1);
  assert.deepEqual(
    simulated.requests.by(appUser).map(({ code }) => code),
    [200, 401, 200],
  );
});

test('a request that is refused by role names it; one that is throttled says how long', async (t) => {
  const { simulated, withCluster, appUser } = await startSimulatedCluster(t, today);
  const { faults } = simulated.apiServer;
  const failure = async (code: number) => {
    const undo = faults.add({ match: ({ user }) => user === appUser, answer: { code, retryAfterSeconds: 9 } });
    const error: unknown = await withCluster((cluster) => cluster.survey()).catch((thrown: unknown) => thrown);
    undo();
    assert.ok(error instanceof Failure);
    return error;
  };

  const denied = await failure(403);
  const throttled = await failure(429);

  assert.match(denied.message, /read [a-z.]+/);
  assert.deepEqual([denied.kind, throttled.kind, throttled.retryAfterSeconds], ['denied', 'throttled', 9]);
});
