import type { ContainerServiceClient, CredentialResults } from '@azure/arm-containerservice';
import type { TokenCredential } from '@azure/identity';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import { armError } from './arm-error.ts';
import { parseManagedCluster } from './managed-cluster.ts';
import type { ClusterName, ResourceManager } from './resource-manager.ts';

export interface ResourceManagerOptions {
  credential: TokenCredential;
  /** Another cloud's Resource Manager; the public one by default. */
  endpoint?: string | undefined;
  /** How long one request may take; 30,000 by default. */
  timeoutMilliseconds?: number | undefined;
}

/** Azure Resource Manager by its SDK, loaded with the first call; one client for each subscription. */
export function createResourceManager(options: ResourceManagerOptions): ResourceManager {
  const { timeoutMilliseconds = 30_000 } = options;
  const clients = new Map<string, Promise<ContainerServiceClient>>();
  const requestOptions = { timeout: timeoutMilliseconds };

  function clientOf(subscriptionId: string): Promise<ContainerServiceClient> {
    const client = clients.get(subscriptionId) ?? createClient(options, subscriptionId);
    clients.set(subscriptionId, client);
    return client;
  }

  async function managedCluster(cluster: ClusterName): Promise<ManagedClusterFacts> {
    const { managedClusters } = await clientOf(cluster.subscriptionId);
    let date: string | undefined;
    const resource = await managedClusters
      .get(cluster.resourceGroup, cluster.name, {
        requestOptions,
        onResponse: ({ headers }) => {
          date = headers.get('date');
        },
      })
      .catch((error: unknown) => {
        throw armError(error, `read the cluster ${cluster.name}`, cluster);
      });
    return parseManagedCluster(resource, date);
  }

  async function managedClusters(subscriptionId: string): Promise<ManagedClusterFacts[]> {
    const client = await clientOf(subscriptionId);
    let date: string | undefined;
    const clusters: ManagedClusterFacts[] = [];
    try {
      const pages = client.managedClusters.list({
        requestOptions,
        onResponse: ({ headers }) => {
          date = headers.get('date');
        },
      });
      for await (const resource of pages) clusters.push(parseManagedCluster(resource, date));
    } catch (error) {
      throw armError(error, 'list the clusters', undefined);
    }
    return clusters;
  }

  return {
    managedCluster,
    managedClusters,
    async userKubeconfig(cluster) {
      const { managedClusters } = await clientOf(cluster.subscriptionId);
      const { resourceGroup, name } = cluster;
      const answer = managedClusters.listClusterUserCredentials(resourceGroup, name, { requestOptions });
      return kubeconfig(answer, 'list user credentials', cluster);
    },
    async adminKubeconfig(cluster) {
      const { managedClusters } = await clientOf(cluster.subscriptionId);
      const { resourceGroup, name } = cluster;
      const answer = managedClusters.listClusterAdminCredentials(resourceGroup, name, { requestOptions });
      return kubeconfig(answer, 'list administrator credentials', cluster);
    },
  };
}

async function createClient(
  { credential, endpoint }: ResourceManagerOptions,
  subscriptionId: string,
): Promise<ContainerServiceClient> {
  const { ContainerServiceClient } = await import('@azure/arm-containerservice');
  // Who calls decides about another try: its pauses have to survive a restart of the process.
  const retryOptions = { maxRetries: 0 };
  return new ContainerServiceClient(credential, subscriptionId, {
    retryOptions,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

async function kubeconfig(answer: Promise<CredentialResults>, what: string, cluster: ClusterName): Promise<string> {
  const { kubeconfigs } = await answer.catch((error: unknown) => {
    throw armError(error, `${what} of ${cluster.name}`, cluster);
  });
  const value = kubeconfigs?.[0]?.value;
  if (!value) throw new Error(`Azure returned no kubeconfig for the cluster ${cluster.name}.`);
  return Buffer.from(value).toString('utf8');
}
