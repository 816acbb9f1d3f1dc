import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../procedure/facts.ts';
import { Failure } from '../reasons.ts';
import { survey } from './survey.ts';
import { clusterObjects } from './testing/cluster-objects.ts';
import { memoryApi, serverTime } from './testing/memory-api.ts';

const calicoNodePath = '/apis/apps/v1/namespaces/calico-system/daemonsets/calico-node';
const felixDefinition =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/felixconfigurations.crd.projectcalico.org';

test('a full survey is twelve reads, each of another path, and no write', async () => {
  const api = memoryApi(clusterObjects);

  await survey(api);

  assert.equal(api.requests.length, 12);
  assert.equal(new Set(api.requests.map(({ path }) => path)).size, 12);
  assert.equal(api.writes(), 0);
});

test('every fact of a cluster with operator 1.40.2', async () => {
  const facts = await survey(memoryApi(clusterObjects));

  assert.equal(facts.observedAt, serverTime);
  assert.deepEqual(facts.endpoint, { host: 'cluster.test', port: 443 });
  const nodeInfo = {
    ready: true,
    kernelVersion: '5.15.0-1092-azure',
    osImage: 'Ubuntu 22.04.5 LTS',
    architecture: 'amd64',
    operatingSystem: 'linux',
  };
  assert.deepEqual(facts.nodes, [
    { name: 'aks-nodepool1-0', ...nodeInfo, virtual: false },
    { name: 'virtual-node-aci-linux', ...nodeInfo, virtual: true },
  ]);
  assert.deepEqual(facts.installation, {
    generation: 2,
    labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' },
    spec: { kubernetesProvider: 'AKS', calicoNetwork: { linuxDataplane: 'Iptables', bgp: 'Disabled', ipPools: [] } },
    calicoVersion: 'v3.31.2',
  });
  assert.equal(facts.overlay, null);
  assert.deepEqual(facts.tigeraStatus, {
    available: {
      status: 'True',
      reason: 'AllObjectsAvailable',
      message: 'All objects available',
      observedGeneration: 2,
    },
    progressing: undefined,
    degraded: { status: 'False', reason: '', message: '', observedGeneration: undefined },
  });
  assert.deepEqual(facts.felixConfiguration, {
    name: 'default',
    annotations: { 'operator.tigera.io/bpfEnabled': 'false' },
    spec: { bpfEnabled: false, healthPort: 9099 },
  });
  assert.deepEqual(facts.felixNodeConfigurations, [{ name: 'node.aks-nodepool1-0', annotations: {}, spec: {} }]);
  assert.equal(facts.calicoVersion, 'v3.31.2');
  assert.deepEqual(facts.operator, {
    image: 'mcr.microsoft.com/oss/tigera/operator:v1.40.2',
    dnsPolicy: 'ClusterFirstWithHostNet',
    available: 1,
    upToDate: true,
  });
  assert.deepEqual(facts.endpointConfigMap, {
    KUBERNETES_SERVICE_HOST: 'demo.azmk8s.io',
    KUBERNETES_SERVICE_PORT: '443',
  });
  assert.deepEqual(facts.schema, {
    linuxDataplane: true,
    dnsPolicyOverride: true,
    felixFields: ['bpfEnabled', 'bpfAttachType'],
    felixKeepsUnknownFields: false,
  });
  assert.equal(facts.workloadPods, 1);
});

test('a DaemonSet: its rollout, its template, its main container', async () => {
  const { calicoNode, kubeProxy } = await survey(memoryApi(clusterObjects), ['calicoNode', 'kubeProxy']);

  assert.deepEqual(calicoNode, {
    generation: 4,
    observedGeneration: 3,
    desired: 5,
    updated: 2,
    available: 4,
    maxUnavailable: '10%',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    dnsPolicy: 'ClusterFirstWithHostNet',
    hasDnsConfig: false,
    volumes: ['bpffs'],
    initContainers: ['flexvol-driver', 'ebpf-bootstrap'],
    environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1', EMPTY: '' },
    image: 'mcr.microsoft.com/oss/calico/node:v3.31.2',
    command: [],
  });
  assert.equal(kubeProxy?.hasDnsConfig, true);
  assert.deepEqual(kubeProxy.command, ['kube-proxy', '--proxy-mode=iptables']);
});

test('of an empty cluster every fact is read and not there', async () => {
  const {
    observedAt: _at,
    endpoint: _endpoint,
    ...facts
  } = await survey(
    memoryApi({ '/api/v1/nodes/a': clusterObjects['/api/v1/nodes/aks-nodepool1-0'] ?? {}, '/api/v1/pods/a': {} }),
  );

  assert.deepEqual(
    { ...facts, nodes: 'read', workloadPods: 'read' },
    {
      nodes: 'read',
      installation: null,
      overlay: null,
      tigeraStatus: null,
      felixConfiguration: null,
      felixNodeConfigurations: [],
      calicoVersion: null,
      calicoNode: null,
      kubeProxy: null,
      operator: null,
      endpointConfigMap: null,
      schema: null,
      workloadPods: 'read',
    },
  );
});

test('only what is asked for is read, once, and with nothing asked the server’s time', async () => {
  const api = memoryApi({ ...clusterObjects, '/version': {} });

  const facts = await survey(api, ['calicoNode', 'calicoNode']);
  const nothing = await survey(api, []);

  assert.deepEqual(
    api.requests.map(({ path }) => path),
    [calicoNodePath, '/version'],
  );
  assert.deepEqual(Object.keys(facts).toSorted(), ['calicoNode', 'endpoint', 'observedAt']);
  assert.equal(nothing.observedAt, serverTime);
});

test('the earliest answer dates the survey', async () => {
  const api = memoryApi(clusterObjects);
  const { send } = api;
  api.send = async (request) => ({
    ...(await send(request)),
    at: request.path === calicoNodePath ? '2026-11-23T10:00:01.000Z' : serverTime,
  });

  assert.equal((await survey(api)).observedAt, '2026-11-23T10:00:01.000Z');
});

const keepers: [title: string, definition: JsonObject, felixFields: string[], keeps: boolean][] = [
  [
    'a schema whose spec keeps unknown fields, as one of v1beta1 does',
    {
      versions: [
        {
          name: 'v1',
          schema: {
            openAPIV3Schema: {
              properties: { spec: { properties: { bpfEnabled: {} }, 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      ],
    },
    ['bpfEnabled'],
    true,
  ],
  ['no schema', { versions: [{ name: 'v1' }] }, [], true],
  ['preserveUnknownFields', { preserveUnknownFields: true, versions: [{ name: 'v1', schema: {} }] }, [], true],
];

for (const [title, spec, felixFields, felixKeepsUnknownFields] of keepers) {
  test(`unknown fields of FelixConfiguration are kept with ${title}`, async () => {
    const { schema } = await survey(memoryApi({ ...clusterObjects, [felixDefinition]: { spec } }), ['schema']);

    assert.deepEqual(
      { ...schema, linuxDataplane: 0, dnsPolicyOverride: 0 },
      {
        linuxDataplane: 0,
        dnsPolicyOverride: 0,
        felixFields,
        felixKeepsUnknownFields,
      },
    );
  });
}

test('lists that Go writes as null are empty, and more pods than a page are counted where the server counts', async () => {
  const bodies: Record<string, JsonObject> = {
    '/api/v1/nodes': { items: null },
    '/api/v1/pods': { metadata: { remainingItemCount: 41 }, items: [{}] },
  };
  const api = memoryApi();
  api.send = async ({ path }) => ({ status: 200, at: serverTime, text: JSON.stringify(bodies[path]) });

  const facts = await survey(api, ['nodes', 'workloadPods']);

  assert.deepEqual([facts.nodes, facts.workloadPods], [[], 42]);
});

test('an object in a shape that nobody expects is an unknown fact, by name', async () => {
  const api = memoryApi({ [calicoNodePath]: { spec: { template: {} } } });

  const error: unknown = await survey(api, ['calicoNode']).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof Failure);
  assert.equal(error.reason.code, 'UNKNOWN_FACT');
  assert.match(error.message, /^calicoNode \(/);
});

test('an answer that was cut off is worth another try, and is not quoted', async () => {
  const api = memoryApi();
  api.send = async () => ({ status: 200, at: serverTime, text: '{"items": [{"hidden' });

  const error: unknown = await survey(api, ['nodes']).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof Error && !(error instanceof Failure));
  assert.match(error.message, /"read nodes" is not a JSON object \(19 characters\)/);
});
