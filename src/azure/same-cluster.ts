import type { ManagedClusterFacts } from '../procedure/facts.ts';
import { Failure, reason } from '../reasons.ts';
import type { ResourceManager } from './resource-manager.ts';

/** Resource Manager for whoever signs in to a cluster that was read a while ago. */
export interface WatchfulResourceManager extends ResourceManager {
  /**
   * Throws `CLUSTER_REPLACED` where another cluster has the name now: a kubeconfig is asked for by name, so it would be
   * the other one's. Costs a GET, but for the first time after the cluster was read.
   */
  requireSame(cluster: ManagedClusterFacts): Promise<void>;
}

export function watchful(manager: ResourceManager): WatchfulResourceManager {
  /** The UID of each cluster that was read and not asked about since, by its resource id. */
  const justRead = new Map<string, string>();
  return {
    ...manager,
    async managedCluster(name) {
      const facts = await manager.managedCluster(name);
      justRead.set(facts.resourceId.toLowerCase(), facts.resourceUid);
      return facts;
    },
    async requireSame(cluster) {
      const resourceId = cluster.resourceId.toLowerCase();
      const read = justRead.get(resourceId);
      justRead.delete(resourceId);
      const resourceUid = read ?? (await manager.managedCluster(cluster)).resourceUid;
      if (resourceUid === cluster.resourceUid) return;
      throw new Failure('permanent', reason('CLUSTER_REPLACED', { cluster: cluster.name }));
    },
  };
}
