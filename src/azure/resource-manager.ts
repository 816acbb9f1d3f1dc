import type { ManagedClusterFacts } from '../procedure/facts.ts';

/** A cluster as a request names it. */
export interface ClusterName {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
}

/** The part of Azure Resource Manager that a run needs. Throws `Failure`, or a transient error. */
export interface ResourceManager {
  /** One GET. `CLUSTER_NOT_FOUND` where there is none. */
  managedCluster(cluster: ClusterName): Promise<ManagedClusterFacts>;
  /** Every cluster of a subscription, for the sweep. */
  managedClusters(subscriptionId: string): Promise<ManagedClusterFacts[]>;
  /** The user's kubeconfig, YAML (azure.md d3). Never an activity's output. */
  userKubeconfig(cluster: ClusterName): Promise<string>;
  adminKubeconfig(cluster: ClusterName): Promise<string>;
}
