import type { ResourceManager } from '../azure/resource-manager.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { Notices } from '../notices/notices.ts';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import type { Action, RunSettings } from '../procedure/plan.ts';
import type { Records } from '../records/records.ts';

/** Everything that activities reach outside of themselves. */
export interface Ports {
  resourceManager: ResourceManager;
  /** Gives the connection of a cluster, cached in memory (promise 9). */
  withCluster<T>(
    azure: ManagedClusterFacts,
    settings: Pick<RunSettings, 'allowLocalAdmin'>,
    work: (cluster: Cluster) => Promise<T>,
  ): Promise<T>;
  records: Records;
  notices: Notices;
  /** Whether a durable instance is queued or running. */
  isRunning(instanceId: string): Promise<boolean>;
}

/** Only what may write takes a claim. */
export function claims(action: Action): boolean {
  return action === 'enable' || action === 'disable';
}
