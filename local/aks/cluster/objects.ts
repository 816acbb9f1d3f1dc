import type {
  Container,
  CustomObject,
  DaemonSet,
  Deployment,
  KubernetesObject,
  PodSpec,
  PodTemplate,
} from '../actors/objects.ts';
import { calicoCrds } from './crds.ts';
import type { ClusterProfile } from './profiles.ts';

/** The in-cluster addresses that AKS gives by default. */
export const serviceHost = '10.0.0.1';
const dnsHost = '10.0.0.10';

const managedByAks = { 'kubernetes.azure.com/managedby': 'aks' };
const reconciled = { 'addonmanager.kubernetes.io/mode': 'Reconcile' };
const linuxOnly = { 'kubernetes.io/os': 'linux' };

/** What AKS writes into a cluster that it creates, in the order in which it can be created. */
export interface ClusterObjects {
  customResourceDefinitions: CustomObject[];
  namespaces: KubernetesObject[];
  services: KubernetesObject[];
  deployments: Deployment[];
  kubeProxy: DaemonSet;
  installation: CustomObject;
}

export function clusterObjects(profile: ClusterProfile): ClusterObjects {
  return {
    customResourceDefinitions: calicoCrds(profile),
    namespaces: [
      namespace('default', {}),
      namespace('kube-system', { ...managedByAks, 'control-plane': 'true' }),
      namespace('tigera-operator', managedByAks),
      namespace('calico-system', { ...managedByAks, 'control-plane': 'true', name: 'calico-system' }),
    ],
    services: [
      service(
        'default',
        'kubernetes',
        serviceHost,
        [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
        {},
      ),
      service('kube-system', 'kube-dns', dnsHost, [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }], {
        'k8s-app': 'kube-dns',
      }),
    ],
    deployments: [tigeraOperatorDeployment(profile), coreDnsDeployment()],
    kubeProxy: kubeProxyDaemonSet(profile),
    installation: installationObject(),
  };
}

/** The Installation as AKS writes it (calico.md 4): what it supplies, and the annotation of a client-side apply. */
function installationObject(): CustomObject {
  const object: CustomObject = {
    apiVersion: 'operator.tigera.io/v1',
    kind: 'Installation',
    metadata: { name: 'default', labels: reconciled },
    spec: {
      kubernetesProvider: 'AKS',
      registry: 'mcr.microsoft.com/',
      imagePath: 'oss/calico',
      variant: 'Calico',
      calicoNetwork: { bgp: 'Disabled', ipPools: [], nodeAddressAutodetectionV4: { canReach: '1.1.1.1' } },
    },
  };
  return { ...object, metadata: { ...object.metadata, annotations: lastApplied(object) } };
}

function kubeProxyDaemonSet({ kubernetesVersion }: ClusterProfile): DaemonSet {
  const labels = { component: 'kube-proxy', tier: 'node' };
  const expressions = [
    { key: 'kubernetes.azure.com/cluster', operator: 'Exists' },
    { key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] },
    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
  ];
  const nodeSelectorTerms = [{ matchExpressions: expressions }];
  const container: Container = {
    name: 'kube-proxy',
    image: `mcr.microsoft.com/oss/kubernetes/kube-proxy:v${kubernetesVersion}`,
    command: ['kube-proxy', '--conntrack-max-per-core=0', '--metrics-bind-address=0.0.0.0:10249'],
    securityContext: { privileged: true },
  };
  const object: DaemonSet = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {
      name: 'kube-proxy',
      namespace: 'kube-system',
      labels: { ...labels, ...reconciled, ...managedByAks, 'kubernetes.io/cluster-service': 'true' },
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, ...managedByAks } },
        spec: {
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          tolerations: [{ operator: 'Exists' }],
          containers: [container],
        },
      },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    },
  };
  return { ...object, metadata: { ...object.metadata, annotations: lastApplied(object) } };
}

function tigeraOperatorDeployment({ operator, operatorDnsPolicy }: ClusterProfile): Deployment {
  const labels = { name: 'tigera-operator', 'k8s-app': 'tigera-operator' };
  return deployment('tigera-operator', 'tigera-operator', 1, { name: 'tigera-operator' }, labels, {
    hostNetwork: true,
    dnsPolicy: operatorDnsPolicy,
    nodeSelector: linuxOnly,
    tolerations: [
      { operator: 'Exists', effect: 'NoExecute' },
      { operator: 'Exists', effect: 'NoSchedule' },
    ],
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: 'tigera-operator',
        image: `mcr.microsoft.com/oss/tigera/operator:v${operator.version}`,
        command: ['operator'],
        env: [
          { name: 'WATCH_NAMESPACE', value: '' },
          { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          { name: 'OPERATOR_NAME', value: 'tigera-operator' },
          { name: 'TIGERA_OPERATOR_INIT_IMAGE_VERSION', value: `v${operator.version}` },
        ],
        envFrom: [{ configMapRef: { name: 'kubernetes-services-endpoint', optional: true } }],
      },
    ],
  });
}

function coreDnsDeployment(): Deployment {
  const labels = { 'k8s-app': 'kube-dns' };
  const image = 'mcr.microsoft.com/oss/kubernetes/coredns:v1.12.1';
  return deployment('kube-system', 'coredns', 2, labels, labels, {
    nodeSelector: linuxOnly,
    containers: [{ name: 'coredns', image }],
  });
}

function deployment(
  namespace: string,
  name: string,
  replicas: number,
  matchLabels: Record<string, string>,
  labels: Record<string, string>,
  spec: PodSpec,
): Deployment {
  const template: PodTemplate = { metadata: { labels }, spec };
  const metadata = { name, namespace, labels: { ...labels, ...managedByAks } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas, selector: { matchLabels }, template },
  };
}

function namespace(name: string, labels: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function service(
  namespace: string,
  name: string,
  clusterIP: string,
  ports: object[],
  labels: Record<string, string>,
): CustomObject {
  const spec = { clusterIP, ports, ...(name === 'kubernetes' ? {} : { selector: labels }) };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec };
}

function lastApplied(object: KubernetesObject): Record<string, string> {
  return { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n` };
}
