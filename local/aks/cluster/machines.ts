import type { MachineProfile } from '../actors/node-object.ts';
import type { ClusterProfile } from './profiles.ts';

/** A node pool, and where its machines are. */
export interface NodePool {
  name: string;
  count: number;
  vmSize: string;
  subscriptionId: string;
  /** The cluster's own one, `MC_...`. */
  resourceGroup: string;
  location: string;
}

/** The pool of a cluster that no ARM knows. */
export function lonelyPool(count: number): NodePool {
  return {
    name: 'nodepool1',
    count,
    vmSize: 'Standard_D2s_v5',
    subscriptionId: '00000000-0000-0000-0000-000000000000',
    resourceGroup: 'MC_rg_demo_westeurope',
    location: 'westeurope',
  };
}

/** The virtual machines of node pools, named as AKS names them, with addresses of their own. */
export function machinesOf(profile: ClusterProfile, pools: readonly NodePool[]): MachineProfile[] {
  let before = 0;
  return pools.flatMap((pool) => {
    const first = before;
    before += pool.count;
    return machinesOfPool(profile, pool, first);
  });
}

function machinesOfPool(profile: ClusterProfile, pool: NodePool, first: number): MachineProfile[] {
  const { location, resourceGroup, subscriptionId } = pool;
  return Array.from({ length: pool.count }, (_, index) => {
    const scaleSet = `aks-${pool.name}-12345678-vmss`;
    // AKS counts its machines in base 36.
    const name = `${scaleSet}${index.toString(36).padStart(6, '0')}`;
    const machines = `resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}`;
    const place = first + index;
    return {
      name,
      kernelVersion: profile.kernelVersion,
      osImage: profile.osImage,
      architecture: 'amd64',
      kubeletVersion: `v${profile.kubernetesVersion}`,
      containerRuntimeVersion: profile.containerRuntimeVersion,
      providerId: `azure:///subscriptions/${subscriptionId}/${machines}/virtualMachines/${index}`,
      hostIp: `10.224.0.${4 + place}`,
      podIp: (pod) => `10.244.${place % 250}.${10 + (pod % 240)}`,
      labels: {
        agentpool: pool.name,
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.azure.com/agentpool': pool.name,
        'kubernetes.azure.com/cluster': resourceGroup,
        'kubernetes.azure.com/mode': 'system',
        'kubernetes.azure.com/os-sku': profile.osImage.startsWith('Ubuntu') ? 'Ubuntu' : 'AzureLinux',
        'kubernetes.azure.com/role': 'agent',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': pool.vmSize,
        'topology.kubernetes.io/region': location,
      },
    };
  });
}
