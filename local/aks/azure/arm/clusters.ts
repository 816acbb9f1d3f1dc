import type { Clock } from '../../../clock.ts';
import type { KeyPair } from '../certificates.ts';
import { operationNotAllowed, resourceNotFound } from './errors.ts';
import { checkUnchanged, managedClusterOf, tagsOf } from './managed-cluster-body.ts';
import { createOperations } from './operations.ts';
import type { Operation } from './operations.ts';
import { keyOf, resourceIdOf } from './resource.ts';
import type { ClusterAddress, ManagedCluster, ManagedClusterProperties } from './resource.ts';

/** What stands behind a managed cluster once its Kubernetes API listens. */
export interface RunningCluster {
  /** `https://host:port` of its Kubernetes API. */
  server: string;
  /** PEM: whom a client of it must trust. */
  authority: string;
  /** The certificate of its local accounts. */
  localAccount: KeyPair;
  /** Resolves when its nodes and system pods are up, rejects when they never will be. */
  healthy: Promise<void>;
  stop(): Promise<void>;
}

/** A write or deletion as Event Grid will tell of it; when a write is told of is the listener's business. */
export interface ResourceChange {
  kind: 'Write' | 'Delete';
  moment: 'accepted' | 'succeeded' | 'failed';
  method: 'PUT' | 'PATCH' | 'DELETE';
  /** Whether the resource was there before. */
  existing: boolean;
  cluster: ManagedCluster;
}

export interface ClustersOptions {
  clock: Clock;
  tenantId: string;
  /** Simulated seconds that a creation lasts at least. */
  creationSeconds: number;
  launch(cluster: ManagedCluster): Promise<RunningCluster>;
  announce(change: ResourceChange): void;
  log(message: string): void;
}

interface Entry {
  cluster: ManagedCluster;
  /** The latest: an earlier one that still goes on has been overtaken by a deletion. */
  operation: Operation;
  running: Promise<RunningCluster>;
}

/** An accepted write: the resource as it is now, and the operation that goes on. */
export interface Accepted {
  cluster: ManagedCluster;
  existing: boolean;
  operation: Operation;
}

const updateSeconds = 5;
const deletionSeconds = 10;

/** The managed clusters of one simulated Azure and what happens to them. */
export function createClusters(options: ClustersOptions) {
  const { clock, tenantId } = options;
  const entries = new Map<string, Entry>();
  const operations = createOperations(clock);
  const closing = new AbortController();
  const background = new Set<Promise<void>>();

  function entryOf(address: ClusterAddress): Entry {
    const entry = entries.get(keyOf(resourceIdOf(address)));
    if (!entry) throw resourceNotFound(address.resourceGroup, address.name);
    return entry;
  }

  /** Runs what goes on after the answer; its failure is the operation's and the cluster's. */
  function goOn(
    entry: Entry,
    operation: Operation,
    change: Omit<ResourceChange, 'moment' | 'cluster'>,
    work: () => Promise<void>,
  ) {
    options.announce({ ...change, moment: 'accepted', cluster: entry.cluster });
    const task = work()
      .then(() => {
        if (entry.operation !== operation) return operations.cancel(operation);
        settle(entry.cluster, 'Succeeded');
        operations.succeed(operation);
        options.announce({ ...change, moment: 'succeeded', cluster: entry.cluster });
      })
      .catch((error: unknown) => {
        if (closing.signal.aborted) return;
        if (entry.operation !== operation) return operations.cancel(operation);
        const message = error instanceof Error ? error.message : String(error);
        options.log(`managed cluster ${entry.cluster.name}: ${change.method} failed: ${message}`);
        settle(entry.cluster, 'Failed');
        operations.fail(operation, 'InternalOperationError', message);
        options.announce({ ...change, moment: 'failed', cluster: entry.cluster });
      })
      .finally(() => background.delete(task));
    background.add(task);
  }

  const lasting = (seconds: number) => clock.sleep(seconds * 1000, closing.signal);

  function create(key: string, cluster: ManagedCluster): Accepted {
    const operation = operations.start();
    const running = options.launch(cluster);
    const entry: Entry = { cluster, operation, running };
    entries.set(key, entry);
    goOn(entry, operation, { kind: 'Write', method: 'PUT', existing: false }, async () => {
      const started = running.then((launched) => {
        cluster.properties.fqdn = new URL(launched.server).hostname;
        return launched.healthy;
      });
      await Promise.all([started, lasting(options.creationSeconds)]);
    });
    return { cluster, existing: false, operation };
  }

  function update(entry: Entry, method: 'PUT' | 'PATCH', change: (cluster: ManagedCluster) => void): Accepted {
    const { cluster } = entry;
    checkIdle(cluster);
    change(cluster);
    cluster.systemData['lastModifiedAt'] = clock.now().toISOString();
    cluster.properties.provisioningState = 'Updating';
    const operation = operations.start();
    entry.operation = operation;
    goOn(entry, operation, { kind: 'Write', method, existing: true }, () => lasting(updateSeconds));
    return { cluster, existing: true, operation };
  }

  return {
    operations,

    get: (address: ClusterAddress): ManagedCluster => entryOf(address).cluster,

    /** Clusters of a subscription, or of one of its resource groups, in the order of their ids. */
    list(subscriptionId: string, resourceGroup?: string): ManagedCluster[] {
      const group = resourceGroup === undefined ? '' : `${resourceGroup}/`;
      const prefix = keyOf(`/subscriptions/${subscriptionId}/resourcegroups/${group}`);
      return [...entries]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { cluster }]) => cluster);
    },

    put(address: ClusterAddress, body: unknown): Accepted {
      const key = keyOf(resourceIdOf(address));
      const wanted = managedClusterOf(address, body, tenantId, clock.now());
      const entry = entries.get(key);
      if (!entry) return create(key, wanted);
      checkUnchanged(entry.cluster, wanted);
      return update(entry, 'PUT', (cluster) => {
        const { tags, sku, properties } = wanted;
        const { resourceUID, agentPoolProfiles } = cluster.properties;
        Object.assign(cluster, { tags, sku });
        Object.assign(cluster.properties, properties, { resourceUID, agentPoolProfiles });
      });
    },

    patchTags(address: ClusterAddress, body: unknown): Accepted {
      const tags = tagsOf(body);
      return update(entryOf(address), 'PATCH', (cluster) => {
        cluster.tags = tags;
      });
    },

    /** The operation that deletes the cluster, or nothing when there is none. */
    remove(address: ClusterAddress): Operation | undefined {
      const key = keyOf(resourceIdOf(address));
      const entry = entries.get(key);
      if (!entry) return undefined;
      entry.cluster.properties.provisioningState = 'Deleting';
      const operation = operations.start();
      entry.operation = operation;
      goOn(entry, operation, { kind: 'Delete', method: 'DELETE', existing: true }, async () => {
        // A launch that failed has told so by its own operation, and leaves nothing to stop.
        const stopped = entry.running.then(
          (running) => running.stop(),
          () => undefined,
        );
        await Promise.all([lasting(deletionSeconds), stopped]);
        entries.delete(key);
      });
      return operation;
    },

    /** What stands behind a cluster; throws 409 until its Kubernetes API listens. */
    async running(address: ClusterAddress): Promise<RunningCluster> {
      const { cluster, running } = entryOf(address);
      const launched = cluster.properties.fqdn === undefined ? undefined : await running;
      if (launched) return launched;
      throw operationNotAllowed(
        `Credentials of ${cluster.name} are not available: its control plane is still being created.`,
      );
    },

    /** Changes a cluster behind everybody's back: no operation, no event. For tests and simulated incidents. */
    change(address: ClusterAddress, properties: Partial<ManagedClusterProperties>): void {
      Object.assign(entryOf(address).cluster.properties, properties);
    },

    async close(): Promise<void> {
      closing.abort(new Error('The simulated Azure is closing.'));
      await Promise.allSettled(background);
      await Promise.allSettled([...entries.values()].map(async ({ running }) => (await running).stop()));
    },
  };
}

export type Clusters = ReturnType<typeof createClusters>;

function settle({ properties }: ManagedCluster, state: 'Succeeded' | 'Failed'): void {
  properties.provisioningState = state;
  for (const pool of properties.agentPoolProfiles) pool['provisioningState'] = state;
}

function checkIdle({ name, properties }: ManagedCluster): void {
  const { provisioningState } = properties;
  if (['Succeeded', 'Failed', 'Canceled'].includes(provisioningState)) return;
  throw operationNotAllowed(
    `Operation is not allowed because there's an in progress operation (${provisioningState}) on the managed cluster ${name}. Please wait for it to finish before starting a new operation.`,
  );
}
