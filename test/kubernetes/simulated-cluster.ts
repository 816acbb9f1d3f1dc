import type { ManagedCluster } from '@azure/arm-containerservice';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createClock, startingNow } from '../../local/clock.ts';
import { createSimulatedAzure } from '../../local/aks/simulated-azure.ts';
import { createResourceManager } from '../../src/azure/arm-resource-manager.ts';
import { createConnections } from '../../src/kubernetes/connection-cache.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { BeforeImage } from '../../src/procedure/plan.ts';

const defaults: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  dnsPrefix: 'demo',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 3 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
};

/** A new simulated cluster, and the app's own way to it: ARM, its kubeconfig, a token or certificate, one connection. */
export async function startSimulatedCluster(t: TestContext, cluster: Partial<ManagedCluster>) {
  const directory = mkdtempSync(join(tmpdir(), 'azure-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const clock = createClock(startingNow(100));
  const azure = await createSimulatedAzure({ clock, directory, creationSeconds: 10 });
  t.after(() => azure.close());
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, azure.ca]);
  t.after(() => setDefaultCACertificates(before));

  const { app } = azure.identities;
  const tokenFor = async (scope: string) => ({
    token: await azure.token(app, scope.replace(/\/\.default$/, '')),
    expiresOnTimestamp: Date.now() + 3_600_000,
  });
  const credential = { getToken: (scope: string | string[]) => tokenFor(String(scope)) };
  const { subscriptionId, armUrl: endpoint } = azure;
  const sdk = new ContainerServiceClient(credential, subscriptionId, { endpoint });
  await sdk.managedClusters.createOrUpdate('demo', 'demo', { ...defaults, ...cluster }, { updateIntervalInMs: 20 });

  const manager = createResourceManager({ credential, endpoint });
  const facts = await manager.managedCluster({ subscriptionId, resourceGroup: 'demo', name: 'demo' });
  const connections = createConnections({
    userKubeconfig: (name) => manager.userKubeconfig(name),
    adminKubeconfig: (name) => manager.adminKubeconfig(name),
    token: tokenFor,
  });
  t.after(() => connections.close());
  const simulated = azure.clusters.get(facts.resourceId.toLowerCase());
  assert.ok(simulated);
  await simulated.healthy;
  const withCluster = <T>(work: (cluster: Cluster) => Promise<T>) =>
    connections.withCluster(facts, { allowLocalAdmin: false }, work);
  return { facts, simulated, withCluster, appUser: app.objectId, clock };
}

/** A guard that only remembers. */
export function guardAt(stepStartedAt: string) {
  const kept: BeforeImage[] = [];
  return { kept, step: 'test', stepStartedAt, keep: async (images: BeforeImage[]) => void kept.push(...images) };
}
