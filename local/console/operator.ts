import { ContainerServiceClient } from '@azure/arm-containerservice';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedAzure } from '../aks/simulated-azure.ts';
import { kubernetesServerApplication } from '../aks/azure/tokens.ts';
import { resourceGroup } from './demo-clusters.ts';

/** A person with the right to make clusters, and what that person has at hand. */
export function createOperator(azure: SimulatedAzure): ContainerServiceClient {
  const credential = {
    getToken: async () => ({
      token: await azure.token(azure.identities.operator, 'https://management.azure.com'),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  return new ContainerServiceClient(credential, azure.subscriptionId, { endpoint: azure.armUrl });
}

/** The command that makes another cluster; its token is in a file of this run, not in the terminal. */
export async function curlForCluster(azure: SimulatedAzure, directory: string, name: string): Promise<string> {
  const token = await azure.token(azure.identities.operator, 'https://management.azure.com');
  const config = join(directory, 'operator.curl');
  const lines = [
    'silent',
    'show-error',
    `cacert = "${azure.caFile}"`,
    `header = "Authorization: Bearer ${token}"`,
    'header = "Content-Type: application/json"',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const url = `${azure.armUrl}/subscriptions/${azure.subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}?api-version=2026-06-01`;
  const body = {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      kubernetesVersion: '1.35',
      dnsPrefix: name,
      agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 3 }],
      networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
      aadProfile: { managed: true, enableAzureRBAC: true },
    },
  };
  return [`curl --config '${config}' -X PUT`, `  '${url}'`, `  -d '${JSON.stringify(body)}'`].join(' \\\n');
}

/** A kubeconfig for kubectl, of a cluster of the demonstration; the file's name. */
export async function writeKubeconfig(azure: SimulatedAzure, resourceId: string, directory: string): Promise<string> {
  const cluster = azure.clusters.get(resourceId.toLowerCase());
  const name = resourceId.split('/').at(-1) ?? '';
  if (!cluster) throw new Error(`There is no simulated cluster behind ${resourceId}.`);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const { cert, key } = cluster.localAccount;
  const token = await azure.token(azure.identities.operator, kubernetesServerApplication);
  const { aadProfile } = azure.managedClusters.get({
    subscriptionId: azure.subscriptionId,
    resourceGroup,
    name,
  }).properties;
  const user = aadProfile ? { token } : { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: cluster.server, 'certificate-authority-data': base64(cluster.authority) } }],
    users: [{ name: 'operator', user }],
    contexts: [{ name, context: { cluster: name, user: 'operator' } }],
    'current-context': name,
  };
  const file = join(directory, `${name}.kubeconfig`);
  writeFileSync(file, `${JSON.stringify(kubeconfig, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}
