import { ContainerServiceClient } from '@azure/arm-containerservice';
import type { ManagedCluster } from '@azure/arm-containerservice';
import { loadYaml } from '@kubernetes/client-node';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent, fetch } from 'undici';
import { createClock, startingNow } from '../clock.ts';
import { objectAt, textAt } from './kubernetes/objects.ts';
import { createSimulatedAzure } from './simulated-azure.ts';
import type { SimulatedAzure, SimulatedAzureOptions } from './simulated-azure.ts';

const entra: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.35',
  dnsPrefix: 'demo-e4',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 1 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
  aadProfile: { managed: true, enableAzureRbac: true },
};

const localAccounts: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.20',
  dnsPrefix: 'demo-e1',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 1 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
};

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { 'client-certificate-data'?: string; 'client-key-data'?: string } }];
}

async function startAzure(t: TestContext, options: Partial<SimulatedAzureOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'azure-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const clock = createClock(startingNow(100));
  const azure = await createSimulatedAzure({ clock, directory, creationSeconds: 20, ...options });
  t.after(() => azure.close());
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, azure.ca]);
  t.after(() => setDefaultCACertificates(before));
  const { app } = azure.identities;
  const credential = {
    getToken: async () => ({
      token: await azure.token(app, 'https://management.azure.com'),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const sdk = new ContainerServiceClient(credential, azure.subscriptionId, { endpoint: azure.armUrl });
  const create = (name: string, cluster: ManagedCluster) =>
    sdk.managedClusters.createOrUpdate('demo', name, cluster, { updateIntervalInMs: 20 });
  return { azure, sdk, create, clock };
}

async function userKubeconfig(sdk: ContainerServiceClient, name: string): Promise<Kubeconfig> {
  const { kubeconfigs } = await sdk.managedClusters.listClusterUserCredentials('demo', name);
  return loadYaml<Kubeconfig>(Buffer.from(kubeconfigs?.[0]?.value ?? []).toString('utf8'));
}

async function get(t: TestContext, kubeconfig: Kubeconfig, path: string, token?: string): Promise<number> {
  const { server, 'certificate-authority-data': ca } = kubeconfig.clusters[0].cluster;
  const { user } = kubeconfig.users[0];
  const decoded = (data: string | undefined) => (data ? Buffer.from(data, 'base64').toString('utf8') : undefined);
  const [cert, key] = [decoded(user['client-certificate-data']), decoded(user['client-key-data'])];
  const pair = cert && key ? { cert, key } : {};
  const dispatcher = new Agent({ connect: { ca: Buffer.from(ca, 'base64').toString('utf8'), ...pair } });
  t.after(() => dispatcher.close());
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`${server}${path}`, { dispatcher, headers });
  await answer.arrayBuffer();
  return answer.status;
}

function clusterOf(azure: SimulatedAzure, resourceId: string | undefined) {
  const cluster = azure.clusters.get(String(resourceId).toLowerCase());
  assert.ok(cluster, `there is a simulated cluster behind ${resourceId}`);
  return cluster;
}

test('with Entra, the token of the app opens its own cluster, another resource token does not', async (t) => {
  const { azure, sdk, create } = await startAzure(t);
  const { id } = await create('demo-e4', entra);
  const { app } = azure.identities;

  const kubeconfig = await userKubeconfig(sdk, 'demo-e4');
  const good = await azure.token(app, '6dae42f8-4368-4678-94ff-3960e28e3630');
  const other = await azure.token(app, 'https://management.azure.com');
  const statuses = [
    await get(t, kubeconfig, '/api/v1/namespaces', good),
    await get(t, kubeconfig, '/api/v1/namespaces', other),
  ];

  assert.deepEqual(statuses, [200, 401]);
  assert.equal(clusterOf(azure, id).requests.by(app.objectId).length, 1);
  assert.doesNotMatch(new URL(kubeconfig.clusters[0].cluster.server).hostname, /^[\d.]+$/);
});

test('nodes are of the pools that were asked for, where the cluster is', async (t) => {
  const { azure, create } = await startAzure(t);
  const pools = [
    { name: 'system', mode: 'System', count: 1 },
    { name: 'users', mode: 'User', count: 2, vmSize: 'Standard_D4s_v5' },
  ];

  const { id } = await create('pools', { ...entra, agentPoolProfiles: pools });

  const nodes = clusterOf(azure, id).apiServer.store.list('/nodes');
  const seen = nodes.map(({ object }) => [object.metadata.name, object.metadata.labels]);
  const label = (name: string) => seen.map(([, labels]) => (labels as Record<string, string>)[name]);
  assert.deepEqual(
    seen.map(([name]) => name),
    ['aks-system-12345678-vmss000000', 'aks-users-12345678-vmss000000', 'aks-users-12345678-vmss000001'],
  );
  assert.deepEqual(label('agentpool'), ['system', 'users', 'users']);
  assert.deepEqual(label('node.kubernetes.io/instance-type'), [
    'Standard_D2s_v5',
    'Standard_D4s_v5',
    'Standard_D4s_v5',
  ]);
  assert.deepEqual(new Set(label('kubernetes.azure.com/cluster')), new Set(['MC_demo_pools_westeurope']));
  const place = `azure:///subscriptions/${azure.subscriptionId}/resourceGroups/MC_demo_pools_`;
  for (const { object } of nodes) assert.ok(textAt(objectAt(object, 'spec'), 'providerID').startsWith(place), place);
});

test('Azure RBAC is asked, and Entra groups where there is none', async (t) => {
  const { azure, sdk, create } = await startAzure(t, {
    appGroups: ['admins'],
    authorizeKubernetes: ({ attributes }) => attributes.resource !== 'nodes',
  });
  const token = await azure.token(azure.identities.app, '6dae42f8-4368-4678-94ff-3960e28e3630');
  await create('rbac', entra);
  await create('group', {
    ...entra,
    dnsPrefix: 'group',
    aadProfile: { managed: true, adminGroupObjectIDs: ['admins'] },
  });
  await create('none', { ...entra, dnsPrefix: 'none', aadProfile: { managed: true, adminGroupObjectIDs: ['others'] } });

  const statuses: Record<string, number[]> = {};
  for (const name of ['rbac', 'group', 'none']) {
    const kubeconfig = await userKubeconfig(sdk, name);
    statuses[name] = [
      await get(t, kubeconfig, '/api/v1/namespaces', token),
      await get(t, kubeconfig, '/api/v1/nodes', token),
    ];
  }

  assert.deepEqual(statuses, { rbac: [200, 403], group: [200, 200], none: [403, 403] });
});

test('with local accounts, the certificate opens the cluster that gave it and no other one', async (t) => {
  const { azure, sdk, create } = await startAzure(t);
  const [{ id }] = await Promise.all([
    create('one', localAccounts),
    create('two', { ...localAccounts, dnsPrefix: 'two' }),
  ]);

  const [one, two] = await Promise.all([userKubeconfig(sdk, 'one'), userKubeconfig(sdk, 'two')]);
  const own = await get(t, one, '/api/v1/nodes');
  const strange = await get(t, { clusters: two.clusters, users: one.users }, '/api/v1/nodes');

  assert.deepEqual([own, strange], [200, 401]);
  assert.equal(clusterOf(azure, id).requests.by('masterclient').length, 1);
});

test('a deleted cluster is gone, with its Kubernetes API', async (t) => {
  const { azure, sdk, create } = await startAzure(t);
  await create('demo', localAccounts);
  const kubeconfig = await userKubeconfig(sdk, 'demo');

  await sdk.managedClusters.delete('demo', 'demo', { updateIntervalInMs: 20 });

  await assert.rejects(get(t, kubeconfig, '/api/v1/nodes'), { message: 'fetch failed' });
  assert.equal(azure.clusters.size, 0);
});

async function startWebhook(t: TestContext) {
  const types: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const [event] = JSON.parse(text) as [{ eventType: string; data: { validationCode?: string } }];
      const code = event.data.validationCode;
      if (code) return response.end(JSON.stringify({ validationResponse: code }));
      types.push(event.eventType);
      return response.writeHead(202).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, types };
}

for (const [eventsAt, events] of [
  [['succeeded'], 1],
  [['accepted'], 1],
  [['accepted', 'succeeded'], 2],
] as const) {
  test(`a creation is told of when it is ${eventsAt.join(' and ')}`, async (t) => {
    const { azure, create } = await startAzure(t, { eventsAt });
    const webhook = await startWebhook(t);
    const subscription = await azure.subscribe(webhook.url);

    await create('demo', localAccounts);
    while (subscription.pending() > 0) await new Promise(setImmediate);

    assert.deepEqual(
      webhook.types,
      Array.from({ length: events }, () => 'Microsoft.Resources.ResourceWriteSuccess'),
    );
  });
}

test('the environment is what an app needs to find everything', async (t) => {
  const { azure } = await startAzure(t);

  const environment = azure.environment();

  assert.equal(environment['AZURE_RESOURCE_MANAGER_ENDPOINT'], azure.armUrl);
  assert.equal(environment['SUBSCRIPTION_IDS'], azure.subscriptionId);
  assert.equal(environment['AZURE_CLIENT_ID'], azure.identities.app.clientId);
  assert.equal(environment['IDENTITY_ENDPOINT'], azure.identityEndpoint);
  assert.equal(readFileSync(String(environment['NODE_EXTRA_CA_CERTS']), 'utf8'), azure.ca);
});
