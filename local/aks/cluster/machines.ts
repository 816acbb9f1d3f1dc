import type { MachineProfile } from '../actors/node-object.ts';
import type { ClusterProfile } from './profiles.ts';

const resourceGroup = 'MC_rg_demo_westeurope';

/** The virtual machines of one node pool, named as AKS names them. */
export function machinesOf(profile: ClusterProfile, nodeCount: number, pool = 'nodepool1'): MachineProfile[] {
  return Array.from({ length: nodeCount }, (_, index) => {
    const scaleSet = `aks-${pool}-12345678-vmss`;
    // AKS counts its machines in base 36.
    const name = `${scaleSet}${index.toString(36).padStart(6, '0')}`;
    const machines = `resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}`;
    return {
      name,
      kernelVersion: profile.kernelVersion,
      osImage: profile.osImage,
      architecture: 'amd64',
      kubeletVersion: `v${profile.kubernetesVersion}`,
      containerRuntimeVersion: profile.containerRuntimeVersion,
      providerId: `azure:///subscriptions/00000000-0000-0000-0000-000000000000/${machines}/virtualMachines/${index}`,
      hostIp: `10.224.0.${4 + index}`,
      podIp: (pod) => `10.244.${index % 250}.${10 + (pod % 240)}`,
      labels: {
        agentpool: pool,
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.azure.com/agentpool': pool,
        'kubernetes.azure.com/cluster': resourceGroup,
        'kubernetes.azure.com/mode': 'system',
        'kubernetes.azure.com/os-sku': profile.osImage.startsWith('Ubuntu') ? 'Ubuntu' : 'AzureLinux',
        'kubernetes.azure.com/role': 'agent',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'Standard_D2s_v5',
        'topology.kubernetes.io/region': 'westeurope',
      },
    };
  });
}
