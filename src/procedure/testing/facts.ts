import type {
  ClusterFacts,
  DaemonSetFacts,
  InstallationFacts,
  KubernetesFacts,
  ManagedClusterFacts,
  NodeFacts,
  StatusCondition,
  TigeraStatusFacts,
} from '../facts.ts';
import type { RunSettings } from '../plan.ts';

export const host = 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io';

export const settings: RunSettings = {
  kubeletWaitSeconds: 60,
  newClusterWindowSeconds: 24 * 3600,
  settleSeconds: 3600,
  allowLocalAdmin: false,
  kubeProxyWatchSeconds: 600,
};

/** A finished cluster of AKS with Azure CNI and managed Calico, ten minutes old. */
export function managedCluster(over: Partial<ManagedClusterFacts> = {}): ManagedClusterFacts {
  return {
    resourceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/demo',
    subscriptionId: 's',
    resourceGroup: 'rg',
    name: 'demo',
    location: 'westeurope',
    resourceUid: '65f0c8a1',
    createdAt: '2026-11-23T10:00:00Z',
    ageSeconds: 600,
    provisioningState: 'Succeeded',
    powerState: 'Running',
    kubernetesVersion: '1.35.4',
    fqdn: host,
    privateFqdn: undefined,
    privateCluster: false,
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkPolicy: 'calico',
    networkDataplane: 'azure',
    ipFamilies: ['IPv4'],
    windowsPools: [],
    automatic: false,
    entra: true,
    azureRbac: true,
    localAccountsDisabled: true,
    ...over,
  };
}

export function node(number: number, over: Partial<NodeFacts> = {}): NodeFacts {
  return {
    name: `aks-nodepool1-12345678-vmss00000${number}`,
    ready: true,
    kernelVersion: '5.15.0-1116-azure',
    osImage: 'Ubuntu 22.04.5 LTS',
    architecture: 'amd64',
    operatingSystem: 'linux',
    virtual: false,
    ...over,
  };
}

export function condition(status: StatusCondition['status'], over: Partial<StatusCondition> = {}): StatusCondition {
  return { status, reason: 'AllObjectsAvailable', message: 'All Objects Available', observedGeneration: 2, ...over };
}

export function settledStatus(observedGeneration: number | undefined): TigeraStatusFacts {
  return {
    available: condition('True', { observedGeneration }),
    progressing: condition('False', { observedGeneration }),
    degraded: condition('False', { observedGeneration }),
  };
}

/** What the operator writes while somebody else seems to have set `bpfEnabled` (recorded on 1.40.2). */
export function modifiedBySomeoneElse(observedGeneration: number): TigeraStatusFacts {
  const unknown = { reason: 'Unknown', message: '', observedGeneration };
  return {
    available: condition('False', unknown),
    progressing: condition('False', unknown),
    degraded: condition('True', {
      observedGeneration,
      reason: 'ResourceUpdateError',
      message:
        'Error updating resource: Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration.',
    }),
  };
}

export function daemonSet(over: Partial<DaemonSetFacts> = {}): DaemonSetFacts {
  return {
    generation: 1,
    observedGeneration: 1,
    desired: 3,
    updated: 3,
    available: 3,
    maxUnavailable: 1,
    nodeSelector: {},
    dnsPolicy: 'ClusterFirst',
    hasDnsConfig: false,
    volumes: ['lib-modules', 'var-run-calico'],
    initContainers: ['flexvol-driver'],
    environment: {},
    image: 'mcr.microsoft.com/oss/kubernetes/kube-proxy:v1.35.4',
    command: ['kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
    ...over,
  };
}

export function installation(over: Partial<InstallationFacts> = {}): InstallationFacts {
  return {
    generation: 2,
    labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' },
    calicoVersion: 'v3.31.2',
    spec: {
      calicoNetwork: {
        bgp: 'Disabled',
        ipPools: [],
        linuxDataplane: 'Iptables',
        nodeAddressAutodetectionV4: { canReach: '1.1.1.1' },
      },
      cni: { type: 'AzureVNET', ipam: { type: 'AzureVNET' } },
      kubernetesProvider: 'AKS',
    },
    ...over,
  };
}

/** Era E4 as AKS makes it with Kubernetes 1.35: operator 1.40.2, Calico 3.31.2. */
export function freshE4(over: Partial<KubernetesFacts> = {}): KubernetesFacts {
  return {
    observedAt: '2026-11-23T10:10:00Z',
    endpoint: { host, port: 443 },
    nodes: [node(0), node(1), node(2)],
    installation: installation(),
    overlay: null,
    tigeraStatus: settledStatus(2),
    felixConfiguration: {
      name: 'default',
      annotations: { 'operator.tigera.io/bpfEnabled': 'false' },
      spec: { bpfEnabled: false, healthPort: 9099, nftablesMode: 'Disabled', vxlanPort: 4789, vxlanVNI: 4096 },
    },
    felixNodeConfigurations: [],
    calicoVersion: 'v3.31.2',
    calicoNode: daemonSet({
      dnsPolicy: 'ClusterFirstWithHostNet',
      volumes: ['bpffs', 'lib-modules', 'var-run-calico'],
      initContainers: ['flexvol-driver', 'ebpf-bootstrap'],
      environment: {
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        KUBERNETES_SERVICE_PORT: '443',
        FELIX_INTERFACEPREFIX: 'azv',
      },
      image: 'mcr.microsoft.com/oss/calico/node:v3.31.2',
      command: [],
    }),
    kubeProxy: daemonSet(),
    operator: {
      image: 'mcr.microsoft.com/oss/tigera/operator:v1.40.2',
      dnsPolicy: 'ClusterFirstWithHostNet',
      available: 1,
      upToDate: true,
    },
    endpointConfigMap: null,
    schema: {
      linuxDataplane: true,
      dnsPolicyOverride: true,
      felixFields: [
        'bpfAttachType',
        'bpfConnectTimeLoadBalancing',
        'bpfEnabled',
        'bpfKubeProxyHealthzPort',
        'bpfKubeProxyIptablesCleanupEnabled',
      ],
      felixKeepsUnknownFields: false,
    },
    workloadPods: 0,
    ...over,
  };
}

/** Era E1 as the article found it: Kubernetes 1.20, operator 1.15.1, Calico 3.18.1, kernel 5.4. */
export function freshE1(over: Partial<KubernetesFacts> = {}): KubernetesFacts {
  const { calicoNetwork, ...spec } = installation().spec;
  const { linuxDataplane: _none, ...network } = calicoNetwork as Record<string, string>;
  return {
    ...freshE4(),
    nodes: [0, 1, 2].map((number) =>
      node(number, { kernelVersion: '5.4.0-1040-azure', osImage: 'Ubuntu 18.04.5 LTS' }),
    ),
    installation: installation({ calicoVersion: undefined, spec: { ...spec, calicoNetwork: network } }),
    tigeraStatus: settledStatus(undefined),
    felixConfiguration: { name: 'default', annotations: {}, spec: { bpfLogLevel: 'Info', logSeverityScreen: 'Info' } },
    calicoVersion: 'v3.18.1',
    calicoNode: daemonSet({
      environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' },
      image: 'mcr.microsoft.com/oss/calico/node:v3.18.1',
      command: [],
    }),
    operator: {
      image: 'mcr.microsoft.com/oss/tigera/operator:v1.15.1',
      dnsPolicy: 'ClusterFirst',
      available: 1,
      upToDate: true,
    },
    schema: {
      linuxDataplane: false,
      dnsPolicyOverride: false,
      felixFields: ['bpfEnabled', 'bpfKubeProxyIptablesCleanupEnabled'],
      felixKeepsUnknownFields: true,
    },
    ...over,
  };
}

export function clusterFacts(kubernetes: KubernetesFacts, azure: Partial<ManagedClusterFacts> = {}): ClusterFacts {
  return { azure: managedCluster(azure), kubernetes };
}
