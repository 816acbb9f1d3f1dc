import type { ManagedCluster } from '@azure/arm-containerservice';

export interface DemoCluster {
  name: string;
  /** For people. */
  description: string;
  nodes: number;
  body: ManagedCluster;
}

export const resourceGroup = 'demo';

const common = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
} as const;

/** One cluster as AKS makes them today, and one of the time of the article. */
export const demoClusters: readonly DemoCluster[] = [
  {
    name: 'demo-e4',
    description: 'Kubernetes 1.35, Calico 3.31 by operator 1.40, Entra with Azure RBAC, 3 nodes',
    nodes: 3,
    body: {
      ...common,
      kubernetesVersion: '1.35',
      dnsPrefix: 'demo-e4',
      agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5' }],
      aadProfile: { managed: true, enableAzureRbac: true },
      disableLocalAccounts: true,
    },
  },
  {
    name: 'demo-e1',
    description: 'Kubernetes 1.20, Calico 3.18 by operator 1.15, local accounts, 2 nodes',
    nodes: 2,
    body: {
      ...common,
      kubernetesVersion: '1.20',
      dnsPrefix: 'demo-e1',
      agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 2, vmSize: 'Standard_DS2_v2' }],
    },
  },
];
