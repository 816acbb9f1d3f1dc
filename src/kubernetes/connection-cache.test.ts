import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import { Failure } from '../reasons.ts';
import type { ClusterAccess } from './cluster.ts';
import { type ConnectionPorts, createConnections } from './connection-cache.ts';

const minute = 60_000;

const facts: ManagedClusterFacts = {
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/demo',
  subscriptionId: 's',
  resourceGroup: 'g',
  name: 'demo',
  location: 'westeurope',
  resourceUid: 'uid-1',
  createdAt: undefined,
  ageSeconds: undefined,
  provisioningState: 'Succeeded',
  powerState: 'Running',
  kubernetesVersion: '1.35.4',
  fqdn: undefined,
  privateFqdn: undefined,
  privateCluster: false,
  networkPlugin: 'azure',
  networkPluginMode: undefined,
  networkPolicy: 'calico',
  networkDataplane: 'azure',
  ipFamilies: ['IPv4'],
  windowsPools: [],
  automatic: false,
  entra: true,
  azureRbac: true,
  localAccountsDisabled: false,
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(user: string): string {
  const data = { 'client-certificate-data': base64(`CERT ${user}`), 'client-key-data': base64(`KEY ${user}`) };
  return JSON.stringify({
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server: 'https://demo.azmk8s.io:443' } }],
    users: [{ name: 'user', user: data }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'user' } }],
  });
}

/** Connections whose every access is noted instead of opened. */
function start(overrides: Partial<ConnectionPorts> = {}) {
  const clock = { now: 1_000_000 };
  const accesses: ClusterAccess[] = [];
  const scopes: string[] = [];
  const connections = createConnections({
    userKubeconfig: async () => kubeconfig('user'),
    adminKubeconfig: async () => kubeconfig('admin'),
    token: async (scope) => {
      scopes.push(scope);
      return { token: `token-${scopes.length}`, expiresOnTimestamp: clock.now + 60 * minute };
    },
    connect: (access) => {
      accesses.push(access);
      const unused = () => Promise.reject(new Error('not used here'));
      return { survey: unused, apply: unused, nodeLogs: unused, close: async () => {} };
    },
    now: () => clock.now,
    ...overrides,
  });
  const use = (changes: Partial<ManagedClusterFacts> = {}, allowLocalAdmin = false) =>
    connections.withCluster({ ...facts, ...changes }, { allowLocalAdmin }, async () => {});
  return { use, clock, accesses, scopes };
}

test('Entra with Azure RBAC signs in with a token for AKS, for fifteen minutes', async () => {
  const { use, clock, accesses, scopes } = start();

  await use();
  clock.now += 15 * minute - 1;
  await use();
  assert.deepEqual(scopes, ['6dae42f8-4368-4678-94ff-3960e28e3630/.default']);
  assert.deepEqual(accesses[0]?.credential, { kind: 'token', token: 'token-1' });

  clock.now += 1;
  await use();
  assert.equal(accesses.length, 2);
});

test('a token that ends earlier ends the connection, with two minutes to spare', async () => {
  const clock = { now: 0 };
  const { use, accesses } = start({
    now: () => clock.now,
    token: async () => ({ token: 't', expiresOnTimestamp: clock.now + 10 * minute }),
  });

  await use();
  clock.now = 8 * minute - 1;
  await use();
  assert.equal(accesses.length, 1);
  clock.now += 1;
  await use();
  assert.equal(accesses.length, 2);
});

test('without Entra, and with the administrator’s account where it is allowed, by certificate', async () => {
  const { use, accesses, scopes } = start();

  await use({ entra: false, azureRbac: false });
  await use({ resourceUid: 'uid-2', azureRbac: false }, true);

  assert.deepEqual(
    accesses.map(({ credential }) => credential),
    ['user', 'admin'].map((user) => ({ kind: 'certificate', certificate: `CERT ${user}`, key: `KEY ${user}` })),
  );
  assert.deepEqual(scopes, []);
});

test('the administrator’s connection of one run is not open to a run that may not use it', async () => {
  const { use } = start();
  await use({ azureRbac: false }, true);

  const error: unknown = await use({ azureRbac: false }, false).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof Failure);
  assert.equal(error.reason.code, 'NO_CREDENTIAL');
});

test('a cluster that takes another’s name gets a connection of its own', async () => {
  const { use, accesses } = start();

  await use();
  await use({ resourceUid: 'uid-2' });

  assert.equal(accesses.length, 2);
});

test('a sign-in that fails is worth another try, and quotes nothing', async () => {
  const failing = start({ token: () => Promise.reject(new Error('hidden')) });
  const empty = start({ token: async () => null });

  const errors = await Promise.all([failing, empty].map(({ use }) => use().catch((thrown: unknown) => thrown)));

  for (const error of errors) {
    assert.ok(error instanceof Error && !(error instanceof Failure));
    assert.match(error.message, /There is no token for the cluster/);
    assert.ok(!inspect(error).includes('hidden'));
  }
});
