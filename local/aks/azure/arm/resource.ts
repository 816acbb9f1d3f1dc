/** The parts of a managed cluster that the simulation itself reads; everything else is kept as it was sent. */
export interface AgentPoolProfile {
  name: string;
  count: number;
  mode: string;
  osType: string;
  vmSize: string;
  [field: string]: unknown;
}

export interface EntraProfile {
  managed?: boolean | undefined;
  enableAzureRBAC?: boolean | undefined;
  adminGroupObjectIDs?: string[] | undefined;
  tenantID?: string | undefined;
  [field: string]: unknown;
}

export interface ManagedClusterProperties {
  provisioningState: string;
  kubernetesVersion: string;
  currentKubernetesVersion: string;
  dnsPrefix: string;
  nodeResourceGroup: string;
  fqdn?: string;
  agentPoolProfiles: AgentPoolProfile[];
  networkProfile: Record<string, unknown>;
  aadProfile?: EntraProfile | undefined;
  disableLocalAccounts: boolean;
  resourceUID: string;
  [field: string]: unknown;
}

/** A managed cluster as ARM answers it. */
export interface ManagedCluster {
  id: string;
  name: string;
  type: 'Microsoft.ContainerService/ManagedClusters';
  location: string;
  tags: Record<string, string>;
  sku: Record<string, unknown>;
  identity?: Record<string, unknown> | undefined;
  properties: ManagedClusterProperties;
  /** Times are ISO 8601, simulated. */
  systemData: Record<string, string>;
}

/** Where a managed cluster is, as its path says. */
export interface ClusterAddress {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
}

/** With AKS's own `resourcegroups` in lower case, so that nobody relies on the case. */
export function resourceIdOf(address: ClusterAddress): string {
  return `/subscriptions/${address.subscriptionId}/resourcegroups/${address.resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${address.name}`;
}

export function subscriptionOf(resourceId: string): string {
  return resourceId.split('/')[2] ?? '';
}

/** ARM's ids are the same whatever their case. */
export function keyOf(resourceId: string): string {
  return resourceId.toLowerCase();
}
