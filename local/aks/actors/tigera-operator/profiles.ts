/** What one version of the operator does differently; everything else is the same in all of them (calico.md 2, 14). */
export interface OperatorProfile {
  /** The operator's own version, `1.40.2`. */
  version: string;
  calicoVersion: string;
  /** Sees the ConfigMap kubernetes-services-endpoint by itself; else only at its start, through its environment. */
  watchesEndpoint: boolean;
  /** Whether kube-controllers is given the endpoint. */
  kubeControllersFollowEndpoint: boolean;
  /** Has `linuxDataplane`, and how eBPF is told to Felix: by its environment, or by `bpfEnabled` once all is rolled out. */
  bpfSwitch: 'none' | 'environment' | 'felixConfiguration';
  /** Writes `nftablesMode: Enabled` with BPF, at once. */
  switchesNftablesMode: boolean;
  bpffsMount: 'never' | 'with-bpf' | 'always';
  /** calico-node's dnsPolicy: a fixed one, or that of the operator's own Deployment. */
  dnsPolicy: 'ClusterFirst' | 'Default' | 'as-operator';
  /** Fields that it fills into a FelixConfiguration; without any it leaves the object alone. */
  felixDefaults: Readonly<Record<string, unknown>>;
  installationDefaults: Readonly<Record<string, unknown>>;
  finalizers: readonly string[];
  /** `reason` is a word and `message` the prose, with `observedGeneration`; or `reason` holds the prose. */
  conditions: 'reasons' | 'prose';
  /** What Progressing and Degraded say when nothing is wrong. */
  allAvailable: string;
  livenessPeriodSeconds: number;
  readinessPeriodSeconds: number;
}

const azureCni = { cni: { type: 'AzureVNET', ipam: { type: 'AzureVNET' } } };
const common = {
  flexVolumePath: '/etc/kubernetes/volumeplugins/',
  nodeUpdateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
  variant: 'Calico',
};
const typhaAffinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'type', operator: 'NotIn', values: ['virtual-node'] },
            { key: 'kubernetes.azure.com/cluster', operator: 'Exists' },
          ],
        },
      ],
    },
  },
};
const defaults126 = {
  ...common,
  ...azureCni,
  calicoNetwork: { bgp: 'Disabled', linuxDataplane: 'Iptables' },
  controlPlaneReplicas: 2,
  kubeletVolumePluginPath: '/var/lib/kubelet',
  nonPrivileged: 'Disabled',
  typhaAffinity,
};
const defaults128 = { ...defaults126, calicoNetwork: { ...defaults126.calicoNetwork, windowsDataplane: 'Disabled' } };
const defaults129 = { ...defaults128, azure: { policyMode: 'Default' } };
const defaults131 = {
  ...defaults129,
  cni: { ...azureCni.cni, binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
};
const cleanUp = 'tigera.io/operator-cleanup';
const installationController = 'operator.tigera.io/installation-controller';

const e2: OperatorProfile = {
  version: '1.30.11',
  calicoVersion: 'v3.26.5',
  watchesEndpoint: true,
  kubeControllersFollowEndpoint: true,
  bpfSwitch: 'environment',
  switchesNftablesMode: false,
  bpffsMount: 'with-bpf',
  dnsPolicy: 'ClusterFirst',
  felixDefaults: { bpfLogLevel: '', healthPort: 9099 },
  installationDefaults: defaults126,
  finalizers: [cleanUp],
  conditions: 'reasons',
  allAvailable: 'All Objects Available',
  livenessPeriodSeconds: 10,
  readinessPeriodSeconds: 30,
};
const e3: OperatorProfile = {
  ...e2,
  version: '1.34.7',
  calicoVersion: 'v3.28.2',
  bpfSwitch: 'felixConfiguration',
  felixDefaults: { ...e2.felixDefaults, vxlanVNI: 4096 },
  installationDefaults: defaults128,
  finalizers: [installationController, cleanUp],
  livenessPeriodSeconds: 60,
};
const v136: OperatorProfile = {
  ...e3,
  version: '1.36.13',
  calicoVersion: 'v3.29.5',
  felixDefaults: { ...e3.felixDefaults, nftablesMode: 'Disabled' },
  installationDefaults: defaults129,
};
const v138: OperatorProfile = { ...v136, version: '1.38.8', calicoVersion: 'v3.30.4', dnsPolicy: 'Default' };
const e4: OperatorProfile = {
  ...v138,
  version: '1.40.2',
  calicoVersion: 'v3.31.2',
  switchesNftablesMode: true,
  bpffsMount: 'always',
  dnsPolicy: 'as-operator',
  felixDefaults: { ...v138.felixDefaults, vxlanPort: 4789 },
  installationDefaults: defaults131,
};
const { bpfLogLevel: _, ...felixDefaults142 } = e4.felixDefaults;
const { nonPrivileged: __, ...defaults132 } = defaults131;
const v142: OperatorProfile = {
  ...e4,
  version: '1.42.4',
  calicoVersion: 'v3.32.1',
  kubeControllersFollowEndpoint: false,
  felixDefaults: felixDefaults142,
  installationDefaults: defaults132,
  allAvailable: 'All objects available',
};
const e1: OperatorProfile = {
  ...e2,
  version: '1.15.1',
  calicoVersion: 'v3.18.1',
  watchesEndpoint: false,
  bpfSwitch: 'none',
  bpffsMount: 'never',
  felixDefaults: {},
  installationDefaults: { ...common, ...azureCni, calicoNetwork: { bgp: 'Disabled' } },
  finalizers: [],
  conditions: 'prose',
  readinessPeriodSeconds: 10,
};

/** The recorded versions. */
const operatorProfiles: readonly OperatorProfile[] = [e1, e2, e3, v136, v138, e4, v142];

export function operatorProfile(version: string): OperatorProfile {
  const profile = operatorProfiles.find((known) => known.version === version);
  if (profile !== undefined) return profile;
  const known = operatorProfiles.map((each) => each.version).join(', ');
  throw new Error(`There is no tigera-operator ${version} here; use one of ${known}`);
}
