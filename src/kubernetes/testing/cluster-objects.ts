import type { JsonObject } from '../../procedure/facts.ts';

/** A cluster with operator 1.40.2 as its API shows it, reduced to what says something. */
export const clusterObjects: Record<string, JsonObject> = {
  '/api/v1/nodes/aks-nodepool1-0': node('aks-nodepool1-0', 'True'),
  '/api/v1/nodes/virtual-node-aci-linux': node('virtual-node-aci-linux', 'True', { type: 'virtual-kubelet' }),
  '/apis/operator.tigera.io/v1/installations/default': {
    metadata: { name: 'default', generation: 2, labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' } },
    spec: { kubernetesProvider: 'AKS', calicoNetwork: { linuxDataplane: 'Iptables', bgp: 'Disabled', ipPools: [] } },
    status: { calicoVersion: 'v3.31.2', mtu: 0 },
  },
  '/apis/operator.tigera.io/v1/tigerastatuses/calico': {
    metadata: { name: 'calico' },
    spec: {},
    status: {
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'AllObjectsAvailable',
          message: 'All objects available',
          observedGeneration: 2,
        },
        { type: 'Degraded', status: 'False' },
      ],
    },
  },
  '/apis/crd.projectcalico.org/v1/felixconfigurations/default': {
    metadata: {
      name: 'default',
      annotations: {
        'operator.tigera.io/bpfEnabled': 'false',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
    },
    spec: { bpfEnabled: false, healthPort: 9099 },
  },
  '/apis/crd.projectcalico.org/v1/felixconfigurations/node.aks-nodepool1-0': {
    metadata: { name: 'node.aks-nodepool1-0' },
  },
  '/apis/crd.projectcalico.org/v1/clusterinformations/default': {
    metadata: { name: 'default' },
    spec: { calicoVersion: 'v3.31.2', datastoreReady: true },
  },
  '/apis/apps/v1/namespaces/calico-system/daemonsets/calico-node': daemonSet({
    volumes: [{ name: 'bpffs', hostPath: { path: '/sys/fs/bpf' } }],
    initContainers: [{ name: 'flexvol-driver' }, { name: 'ebpf-bootstrap' }],
    dnsPolicy: 'ClusterFirstWithHostNet',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    containers: [
      { name: 'sidecar', image: 'mcr.microsoft.com/other:1' },
      {
        name: 'calico-node',
        image: 'mcr.microsoft.com/oss/calico/node:v3.31.2',
        env: [
          { name: 'KUBERNETES_SERVICE_HOST', value: '10.0.0.1' },
          { name: 'EMPTY' },
          { name: 'NODENAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
      },
    ],
  }),
  '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy': daemonSet({
    dnsConfig: { nameservers: ['168.63.129.16'] },
    containers: [{ name: 'kube-proxy', command: ['kube-proxy'], args: ['--proxy-mode=iptables'] }],
  }),
  '/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator': {
    metadata: { generation: 3 },
    spec: {
      template: {
        spec: {
          dnsPolicy: 'ClusterFirstWithHostNet',
          containers: [{ name: 'tigera-operator', image: 'mcr.microsoft.com/oss/tigera/operator:v1.40.2' }],
        },
      },
    },
    status: { observedGeneration: 3, availableReplicas: 1 },
  },
  '/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint': {
    metadata: { name: 'kubernetes-services-endpoint' },
    data: { KUBERNETES_SERVICE_HOST: 'demo.azmk8s.io', KUBERNETES_SERVICE_PORT: '443' },
  },
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/installations.operator.tigera.io': definition({
    calicoNetwork: properties({ linuxDataplane: {} }),
    calicoNodeDaemonSet: properties({
      spec: properties({ template: properties({ spec: properties({ dnsPolicy: {} }) }) }),
    }),
  }),
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/felixconfigurations.crd.projectcalico.org': definition({
    bpfEnabled: {},
    bpfAttachType: {},
    healthPort: {},
  }),
  '/api/v1/pods/shop': { metadata: { name: 'shop', namespace: 'default' } },
};

function node(name: string, ready: string, labels: JsonObject = {}): JsonObject {
  return {
    metadata: { name, labels },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: ready }],
      nodeInfo: {
        kernelVersion: '5.15.0-1092-azure',
        osImage: 'Ubuntu 22.04.5 LTS',
        architecture: 'amd64',
        operatingSystem: 'linux',
        kubeletVersion: 'v1.35.4',
      },
    },
  };
}

function daemonSet(pod: JsonObject): JsonObject {
  return {
    metadata: { generation: 4 },
    spec: {
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } },
      template: { spec: pod },
    },
    status: { observedGeneration: 3, desiredNumberScheduled: 5, updatedNumberScheduled: 2, numberAvailable: 4 },
  };
}

function properties(of: JsonObject): JsonObject {
  return { type: 'object', properties: of };
}

function definition(spec: JsonObject): JsonObject {
  return {
    spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: properties({ spec: properties(spec) }) } }] },
  };
}
