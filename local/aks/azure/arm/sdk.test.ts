import { ContainerServiceClient } from '@azure/arm-containerservice';
import type { ManagedCluster } from '@azure/arm-containerservice';
import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { appIdentity, startTestAzure, subscriptionId } from '../test-azure.ts';

const wanted: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.35',
  dnsPrefix: 'demo',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5' }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
  aadProfile: { managed: true, enableAzureRbac: true },
  disableLocalAccounts: true,
  tags: { team: 'blue' },
};

const withLocalAccounts: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.20.2',
  dnsPrefix: 'old',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 2 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
};

async function startWithSdk(t: TestContext, overrides: Parameters<typeof startTestAzure>[1] = {}) {
  const azure = await startTestAzure(t, overrides);
  const credential = new ManagedIdentityCredential({ clientId: appIdentity.clientId });
  const sdk = new ContainerServiceClient(credential, subscriptionId, { endpoint: azure.arm.url });
  return { ...azure, sdk, create: { updateIntervalInMs: 20 } };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test('a cluster is created by the SDK: Creating at first, Succeeded with all defaults at the end', async (t) => {
  const { sdk, arm, clock, create } = await startWithSdk(t);
  const before = clock.now();

  const poller = sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);
  await poller.submitted();
  const meanwhile = await sdk.managedClusters.get('demo-rg', 'demo');
  const cluster = await poller.pollUntilDone();

  assert.equal(meanwhile.provisioningState, 'Creating');
  assert.equal(cluster.provisioningState, 'Succeeded');
  assert.equal(cluster.currentKubernetesVersion, '1.35.4');
  assert.equal(cluster.fqdn, 'demo.hcp.localhost');
  assert.equal(cluster.powerState?.code, 'Running');
  assert.equal(cluster.networkProfile?.networkDataplane, 'azure');
  assert.equal(cluster.agentPoolProfiles?.[0]?.osType, 'Linux');
  assert.equal(cluster.agentPoolProfiles?.[0]?.vmSize, 'Standard_D4s_v5');
  assert.equal(cluster.aadProfile?.enableAzureRbac, true);
  assert.match(String(cluster.resourceUID), /^[0-9a-f]{24}$/);
  const createdAt = cluster.systemData?.createdAt;
  assert.ok(createdAt && createdAt >= before && createdAt <= clock.now(), 'createdAt is simulated time');
  const created = arm.requests.find(({ method }) => method === 'PUT');
  assert.equal(created?.status, 201);
  assert.equal(created?.caller, appIdentity.objectId);
});

test('the answer to a PUT names its operation, and Date is the simulated time', async (t) => {
  const { sdk, clock, create } = await startWithSdk(t);
  const answers: { status: number; header: (name: string) => string | undefined }[] = [];

  const poller = sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, {
    ...create,
    onResponse: ({ status, headers }) => void answers.push({ status, header: (name) => headers.get(name) }),
  });
  await poller.submitted();

  const [answer] = answers;
  assert.equal(answer?.status, 201);
  assert.match(
    String(answer?.header('azure-asyncoperation')),
    /\/locations\/westeurope\/operations\/[0-9a-f-]+\?api-version=/,
  );
  assert.match(String(answer?.header('location')), /\/operationresults\//);
  assert.ok(answer?.header('x-ms-request-id'));
  const age = clock.now().getTime() - Date.parse(String(answer?.header('date')));
  assert.ok(age >= -1000 && age < 600_000 && Date.parse(String(answer?.header('date'))) > 0);
  await poller.pollUntilDone();
});

test('lists follow their pages, over the subscription and in one resource group', async (t) => {
  const { sdk, arm, create } = await startWithSdk(t, { pageSize: 2 });
  const places = [
    ['rg-a', 'one'],
    ['rg-a', 'two'],
    ['rg-a', 'three'],
    ['rg-b', 'four'],
  ] as const;
  for (const [group, name] of places) await sdk.managedClusters.createOrUpdate(group, name, wanted, create).submitted();

  const all = await collect(sdk.managedClusters.list());
  const ofGroup = await collect(sdk.managedClusters.listByResourceGroup('RG-A'));

  assert.deepEqual(new Set(all.map(({ name }) => name)), new Set(['one', 'two', 'three', 'four']));
  assert.equal(all.length, 4);
  assert.deepEqual(new Set(ofGroup.map(({ name }) => name)), new Set(['one', 'two', 'three']));
  const pages = arm.requests.filter(
    ({ path }) => path.endsWith('/managedClusters') && !path.includes('resourceGroups'),
  );
  assert.equal(pages.length, 2);
});

test('a deletion takes its time, and then the cluster is not found', async (t) => {
  const { sdk, create } = await startWithSdk(t);
  await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);

  const poller = sdk.managedClusters.delete('demo-rg', 'demo', create);
  await poller.submitted();
  const meanwhile = await sdk.managedClusters.get('demo-rg', 'demo');
  await poller.pollUntilDone();

  assert.equal(meanwhile.provisioningState, 'Deleting');
  await assert.rejects(sdk.managedClusters.get('demo-rg', 'demo'), { statusCode: 404, code: 'ResourceNotFound' });
  await sdk.managedClusters.delete('demo-rg', 'demo', create);
});

test('a deleted and recreated cluster has another resourceUID', async (t) => {
  const { sdk, create } = await startWithSdk(t);

  const first = await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);
  await sdk.managedClusters.delete('demo-rg', 'demo', create);
  const second = await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);

  assert.equal(first.id, second.id);
  assert.notEqual(first.resourceUID, second.resourceUID);
});

test('an update keeps what a cluster is and refuses what it cannot change', async (t) => {
  const { sdk, changes, create } = await startWithSdk(t);
  const before = await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);

  const tagged = await sdk.managedClusters.updateTags('demo-rg', 'demo', { tags: { team: 'green' } }, create);
  const put = await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', { ...wanted, tags: { team: 'red' } }, create);

  assert.deepEqual(tagged.tags, { team: 'green' });
  assert.deepEqual(put.tags, { team: 'red' });
  assert.equal(put.resourceUID, before.resourceUID);
  assert.deepEqual(put.systemData?.createdAt, before.systemData?.createdAt);
  const moments = changes.map(({ method, moment, existing }) => `${method} ${moment} ${existing}`);
  assert.deepEqual(moments, [
    'PUT accepted false',
    'PUT succeeded false',
    'PATCH accepted true',
    'PATCH succeeded true',
    'PUT accepted true',
    'PUT succeeded true',
  ]);
  await assert.rejects(
    sdk.managedClusters.createOrUpdate('demo-rg', 'demo', { ...wanted, dnsPrefix: 'other' }, create),
    {
      statusCode: 400,
      code: 'PropertyChangeNotAllowed',
    },
  );
});

test('Entra clusters give a kubeconfig for kubelogin, and no static credential when local accounts are off', async (t) => {
  const { sdk, create } = await startWithSdk(t);
  await sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create);

  const user = await sdk.managedClusters.listClusterUserCredentials('demo-rg', 'demo');
  const kubeconfig = Buffer.from(user.kubeconfigs?.[0]?.value ?? []).toString('utf8');

  assert.equal(user.kubeconfigs?.[0]?.name, 'clusterUser');
  assert.match(kubeconfig, /server: https:\/\/demo\.hcp\.localhost:6443\n/);
  assert.match(kubeconfig, /command: kubelogin\n/);
  assert.match(kubeconfig, /- 6dae42f8-4368-4678-94ff-3960e28e3630\n/);
  assert.doesNotMatch(kubeconfig, /client-key-data/);
  await assert.rejects(sdk.managedClusters.listClusterAdminCredentials('demo-rg', 'demo'), {
    statusCode: 400,
    message: /set to disable local accounts/,
  });
});

test('local accounts give client certificates to users and to admins', async (t) => {
  const { sdk, create } = await startWithSdk(t);
  await sdk.managedClusters.createOrUpdate('demo-rg', 'old', withLocalAccounts, create);

  const user = await sdk.managedClusters.listClusterUserCredentials('demo-rg', 'old');
  const admin = await sdk.managedClusters.listClusterAdminCredentials('demo-rg', 'old');

  for (const { kubeconfigs } of [user, admin]) {
    const kubeconfig = Buffer.from(kubeconfigs?.[0]?.value ?? []).toString('utf8');
    assert.match(kubeconfig, /client-certificate-data: \S+\n\s+client-key-data: \S+\n/);
  }
});

test('a launch that fails ends the creation as Failed, with the reason, and leaves a cluster that can be deleted', async (t) => {
  const launch = () => Promise.reject(new Error('no node came up'));
  const { sdk, log, create } = await startWithSdk(t, { launch });

  await assert.rejects(sdk.managedClusters.createOrUpdate('demo-rg', 'demo', wanted, create), /no node came up/);

  assert.equal((await sdk.managedClusters.get('demo-rg', 'demo')).provisioningState, 'Failed');
  assert.deepEqual(log, ['managed cluster demo: PUT failed: no node came up']);
  await sdk.managedClusters.delete('demo-rg', 'demo', create);
  await assert.rejects(sdk.managedClusters.get('demo-rg', 'demo'), { statusCode: 404 });
});

test('the SDK waits out a throttled call', async (t) => {
  const { sdk, arm } = await startWithSdk(t);
  arm.faults.add({ match: ({ method }) => method === 'GET', answer: { code: 429, retryAfterSeconds: 0 }, times: 2 });

  const all = await collect(sdk.managedClusters.list());

  assert.deepEqual(all, []);
  assert.deepEqual(
    arm.requests.map(({ status }) => status),
    [429, 429, 200],
  );
});
