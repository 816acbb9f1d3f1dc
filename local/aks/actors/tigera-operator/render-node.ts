import type { Container, DaemonSet, EnvVar, OwnerReference } from '../objects.ts';
import type { Autodetection, InstallationSpec } from './installation.ts';
import type { OperatorProfile } from './profiles.ts';

/** What a rendering needs beside the Installation. */
export interface RenderInput {
  spec: InstallationSpec;
  profile: OperatorProfile;
  /** The address of the API server that Calico's components are told. */
  endpoint: { host: string; port: string };
  /** dnsPolicy of the operator's own Deployment. */
  operatorDnsPolicy: string;
  owner: OwnerReference;
  nodeCount: number;
}

export function imageOf({ spec, profile }: RenderInput, name: string): string {
  return `${spec.registry ?? 'mcr.microsoft.com/'}${spec.imagePath ?? 'oss/calico'}/${name}:${profile.calicoVersion}`;
}

export function endpointEnv({ host, port }: RenderInput['endpoint']): EnvVar[] {
  return [
    { name: 'KUBERNETES_SERVICE_HOST', value: host },
    { name: 'KUBERNETES_SERVICE_PORT', value: port },
  ];
}

export const linuxOnly = { 'kubernetes.io/os': 'linux' };
export const tolerateAll = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { operator: 'Exists', effect: 'NoSchedule' },
  { operator: 'Exists', effect: 'NoExecute' },
];

/** The DaemonSet calico-node: what of it eBPF, the endpoint and autodetection change, and what tells versions apart. */
export function renderNode(input: RenderInput): DaemonSet {
  const { spec, profile, owner } = input;
  const isBpf = spec.calicoNetwork?.linuxDataplane === 'BPF';
  const hasMount = profile.bpffsMount === 'always' || (profile.bpffsMount === 'with-bpf' && isBpf);
  const maxUnavailable = spec.nodeUpdateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const dnsPolicy = profile.dnsPolicy === 'as-operator' ? input.operatorDnsPolicy : profile.dnsPolicy;
  const isLabelled = profile.version !== '1.15.1';
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'calico-system', ownerReferences: [owner] },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'calico-node' } },
      template: {
        metadata: {
          labels: { 'k8s-app': 'calico-node', ...(isLabelled ? { 'app.kubernetes.io/name': 'calico-node' } : {}) },
        },
        spec: {
          volumes: volumesOf(input, hasMount),
          initContainers: initContainersOf(input, isBpf),
          containers: [nodeContainer(input, isBpf, hasMount)],
          terminationGracePeriodSeconds: isLabelled ? 5 : 0,
          dnsPolicy: spec.calicoNodeDaemonSet?.spec?.template?.spec?.dnsPolicy ?? dnsPolicy,
          nodeSelector: linuxOnly,
          serviceAccountName: 'calico-node',
          hostNetwork: true,
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] }] },
                ],
              },
            },
          },
          tolerations: tolerateAll,
          priorityClassName: 'system-node-critical',
        },
      },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } },
    },
  };
}

function hostPath(name: string, path: string, type: string) {
  return { name, hostPath: { path, type } };
}

function volumesOf({ spec }: RenderInput, hasMount: boolean) {
  const flexVolume = `${spec.flexVolumePath ?? '/etc/kubernetes/volumeplugins/'}nodeagent~uds`;
  return [
    ...(hasMount ? [hostPath('bpffs', '/sys/fs/bpf', 'Directory')] : []),
    hostPath('flexvol-driver-host', flexVolume, 'DirectoryOrCreate'),
    hostPath('lib-modules', '/lib/modules', ''),
    ...(hasMount ? [hostPath('nodeproc', '/proc', '')] : []),
    hostPath('policysync', '/var/run/nodeagent', 'DirectoryOrCreate'),
    ...(hasMount ? [hostPath('sys-fs', '/sys/fs', 'DirectoryOrCreate')] : []),
    hostPath('var-lib-calico', '/var/lib/calico', 'DirectoryOrCreate'),
    hostPath('var-run-calico', '/var/run/calico', 'DirectoryOrCreate'),
    hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
  ];
}

function initContainersOf(input: RenderInput, isBpf: boolean): Container[] {
  const image = imageOf(input, 'node');
  const privileged = { securityContext: { privileged: true } };
  const flexVolume: Container = { name: 'flexvol-driver', image: imageOf(input, 'pod2daemon-flexvol'), ...privileged };
  const mounts = {
    ...privileged,
    volumeMounts: [{ name: 'sys-fs', mountPath: '/sys/fs', mountPropagation: 'Bidirectional' }],
  };
  const always: Container = {
    name: 'ebpf-bootstrap',
    image,
    command: isBpf ? ['calico-node', '-init'] : ['calico-node', '-init', '-best-effort'],
    ...mounts,
  };
  const withBpf: Container = { name: 'mount-bpffs', image, command: ['calico-node', '-init'], ...mounts };
  switch (input.profile.bpffsMount) {
    case 'always':
      return [flexVolume, always];
    case 'with-bpf':
      return isBpf ? [flexVolume, withBpf] : [flexVolume];
    case 'never':
      return [flexVolume];
  }
}

function nodeContainer(input: RenderInput, isBpf: boolean, hasMount: boolean): Container {
  const { spec, profile, endpoint } = input;
  const field = (fieldPath: string) => ({ fieldRef: { apiVersion: 'v1', fieldPath } });
  const probe = { timeoutSeconds: 10, failureThreshold: 3 };
  return {
    name: 'calico-node',
    image: imageOf(input, 'node'),
    env: [
      { name: 'DATASTORE_TYPE', value: 'kubernetes' },
      { name: 'WAIT_FOR_DATASTORE', value: 'true' },
      { name: 'CLUSTER_TYPE', value: 'k8s,operator,aks' },
      { name: 'FELIX_DEFAULTENDPOINTTOHOSTACTION', value: 'ACCEPT' },
      { name: 'FELIX_HEALTHENABLED', value: 'true' },
      { name: 'NODENAME', valueFrom: field('spec.nodeName') },
      { name: 'NAMESPACE', valueFrom: field('metadata.namespace') },
      { name: 'FELIX_TYPHAK8SNAMESPACE', value: 'calico-system' },
      { name: 'FELIX_TYPHAK8SSERVICENAME', value: 'calico-typha' },
      { name: 'NO_DEFAULT_POOLS', value: 'true' },
      { name: 'CALICO_NETWORKING_BACKEND', value: 'none' },
      ...autodetectionEnv(spec.calicoNetwork?.nodeAddressAutodetectionV4),
      { name: 'IP6', value: 'none' },
      { name: 'FELIX_IPV6SUPPORT', value: 'false' },
      { name: 'FELIX_INTERFACEPREFIX', value: 'azv' },
      { name: 'FELIX_ROUTESOURCE', value: 'WorkloadIPs' },
      ...endpointEnv(endpoint),
      ...(isBpf && profile.bpfSwitch === 'environment' ? [{ name: 'FELIX_BPFENABLED', value: 'true' }] : []),
    ],
    volumeMounts: [
      ...(hasMount ? [{ name: 'bpffs', mountPath: '/sys/fs/bpf' }] : []),
      { name: 'lib-modules', readOnly: true, mountPath: '/lib/modules' },
      { name: 'policysync', mountPath: '/var/run/nodeagent' },
      { name: 'var-lib-calico', mountPath: '/var/lib/calico' },
      { name: 'var-run-calico', mountPath: '/var/run/calico' },
      { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
    ],
    livenessProbe: {
      httpGet: { path: '/liveness', port: 9099, host: 'localhost' },
      periodSeconds: profile.livenessPeriodSeconds,
      ...probe,
    },
    readinessProbe: {
      exec: { command: ['/bin/calico-node', '-felix-ready'] },
      periodSeconds: profile.readinessPeriodSeconds,
      ...probe,
    },
    securityContext: { privileged: true },
  };
}

/** Without any method, calico-node is told `IP=none` (calico.md 14.5). */
function autodetectionEnv(method: Autodetection = {}): EnvVar[] {
  const value = autodetectionMethod(method);
  if (value === undefined) return [{ name: 'IP', value: 'none' }];
  return [
    { name: 'IP', value: 'autodetect' },
    { name: 'IP_AUTODETECTION_METHOD', value },
  ];
}

function autodetectionMethod(method: Autodetection): string | undefined {
  if (method.firstFound === true) return 'first-found';
  if (method.canReach !== undefined) return `can-reach=${method.canReach}`;
  if (method.interface !== undefined) return `interface=${method.interface}`;
  if (method.skipInterface !== undefined) return `skip-interface=${method.skipInterface}`;
  if (method.cidrs !== undefined) return `cidr=${method.cidrs.join(',')}`;
  return method.kubernetes === undefined ? undefined : 'kubernetes-internal-ip';
}
