import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManagedCluster } from './managed-cluster.ts';

const id = '/subscriptions/s-1/resourcegroups/rg-1/providers/Microsoft.ContainerService/managedClusters/demo';
const date = 'Mon, 23 Nov 2026 10:00:30 GMT';

/** As the SDK returns it, with what this room has no use for. */
const resource = {
  id,
  name: 'demo',
  location: 'westeurope',
  resourceUID: '65f0a1',
  tags: { owner: 'somebody' },
  systemData: { createdBy: 'somebody', createdAt: new Date('2026-11-23T09:00:00Z') },
  provisioningState: 'Succeeded',
  powerState: { code: 'Running' },
  kubernetesVersion: '1.35',
  currentKubernetesVersion: '1.35.4',
  fqdn: 'demo.hcp.westeurope.azmk8s.io',
  networkProfile: {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkPolicy: 'calico',
    networkDataplane: 'azure',
    ipFamilies: ['IPv4'],
  },
  agentPoolProfiles: [
    { name: 'nodepool1', osType: 'Linux', count: 3 },
    { name: 'npwin', osType: 'Windows' },
  ],
  apiServerAccessProfile: { enablePrivateCluster: true },
  aadProfile: { managed: true, enableAzureRbac: true, adminGroupObjectIDs: ['g'] },
  sku: { name: 'Base' },
  disableLocalAccounts: true,
};

test('the facts of a cluster, and nothing that names a person', () => {
  const facts = parseManagedCluster(resource, date);

  assert.deepEqual(facts, {
    resourceId: id,
    subscriptionId: 's-1',
    resourceGroup: 'rg-1',
    name: 'demo',
    location: 'westeurope',
    resourceUid: '65f0a1',
    createdAt: '2026-11-23T09:00:00.000Z',
    ageSeconds: 3630,
    provisioningState: 'Succeeded',
    powerState: 'Running',
    kubernetesVersion: '1.35.4',
    fqdn: 'demo.hcp.westeurope.azmk8s.io',
    privateFqdn: undefined,
    privateCluster: true,
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkPolicy: 'calico',
    networkDataplane: 'azure',
    ipFamilies: ['IPv4'],
    windowsPools: ['npwin'],
    automatic: false,
    entra: true,
    azureRbac: true,
    localAccountsDisabled: true,
  });
});

test('what Azure leaves out is off, absent or unknown', () => {
  const { name, location, resourceUID } = resource;

  const facts = parseManagedCluster({ id, name, location, resourceUID, provisioningState: 'Creating' }, date);

  const { ageSeconds, createdAt, networkPolicy, windowsPools, entra, azureRbac, localAccountsDisabled } = facts;
  assert.deepEqual(
    { ageSeconds, createdAt, networkPolicy, windowsPools, entra, azureRbac, localAccountsDisabled },
    {
      ageSeconds: undefined,
      createdAt: undefined,
      networkPolicy: undefined,
      windowsPools: [],
      entra: false,
      azureRbac: false,
      localAccountsDisabled: false,
    },
  );
});

test('the age is unknown without the server’s time, and never negative', () => {
  assert.equal(parseManagedCluster(resource, undefined).ageSeconds, undefined);
  assert.equal(parseManagedCluster(resource, 'Mon, 23 Nov 2026 08:59:59 GMT').ageSeconds, 0);
});

test('an Automatic cluster, by its SKU', () => {
  assert.equal(parseManagedCluster({ ...resource, sku: { name: 'Automatic' } }, date).automatic, true);
});

test('an answer without a resourceUID is not understood, and the field is named', () => {
  assert.throws(() => parseManagedCluster({ ...resource, resourceUID: undefined }, date), /resourceUID/);
});
