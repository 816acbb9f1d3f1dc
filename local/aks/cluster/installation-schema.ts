import { isAtLeast, numbersOf } from '../actors/felix/outcome.ts';
import { conditions, count, flag, intOrString, list, object, oneOf, open, type Schema, text } from './schema.ts';

const autodetection = object({
  firstFound: flag,
  kubernetes: oneOf('NodeInternalIP'),
  interface: text,
  skipInterface: text,
  canReach: text,
  cidrs: list(text),
});

const switchable = oneOf('Enabled', 'Disabled');

/** The schema of an Installation in one version of the operator, `1.40.2`; what is not modelled is left open. */
export function installationSchema(operatorVersion: string): { spec: Schema; status: Schema } {
  const version = numbersOf(operatorVersion);
  const since = (least: number[], properties: Record<string, Schema>) => (isAtLeast(version, least) ? properties : {});
  const podSpec = object({
    affinity: open,
    containers: list(open),
    initContainers: list(open),
    nodeSelector: { type: 'object', additionalProperties: text },
    tolerations: list(open),
    ...since([1, 40], {
      dnsConfig: open,
      dnsPolicy: oneOf('', 'Default', 'ClusterFirst', 'ClusterFirstWithHostNet', 'None'),
    }),
  });
  const calicoNodeDaemonSet = object({
    metadata: open,
    spec: object({ minReadySeconds: count, template: object({ metadata: open, spec: podSpec }) }),
  });
  const calicoNetwork = object({
    bgp: switchable,
    containerIPForwarding: switchable,
    hostPorts: switchable,
    ipPools: list(open),
    mtu: count,
    multiInterfaceMode: oneOf('None', 'Multus'),
    nodeAddressAutodetectionV4: autodetection,
    nodeAddressAutodetectionV6: autodetection,
    ...since([1, 17], { linuxDataplane: dataplanes(version) }),
    ...since([1, 34], { windowsDataplane: oneOf('HNS', 'Disabled') }),
    ...since([1, 40], {
      bpfNetworkBootstrap: oneOf('Disabled', 'Enabled'),
      kubeProxyManagement: oneOf('Disabled', 'Enabled'),
    }),
  });
  const spec = object({
    calicoNetwork,
    cni: object({ type: text, ipam: object({ type: text }), binDir: text, confDir: text }),
    componentResources: list(open),
    controlPlaneNodeSelector: { type: 'object', additionalProperties: text },
    controlPlaneTolerations: list(open),
    flexVolumePath: text,
    imagePath: text,
    imagePullSecrets: list(open),
    kubernetesProvider: oneOf('', 'EKS', 'GKE', 'AKS', 'OpenShift', 'DockerEnterprise', 'RKE2', 'TKG', 'Kind'),
    nodeMetricsPort: count,
    nodeUpdateStrategy: object({
      type: text,
      rollingUpdate: object({ maxUnavailable: intOrString, maxSurge: intOrString }),
    }),
    registry: text,
    typhaAffinity: open,
    variant: oneOf('Calico', 'TigeraSecureEnterprise'),
    ...since([1, 17], { controlPlaneReplicas: count, kubeletVolumePluginPath: text, nonPrivileged: text }),
    ...since([1, 28], { calicoNodeDaemonSet }),
    ...since([1, 36], { azure: object({ policyMode: text }) }),
  });
  const status = object({ calicoVersion: text, computed: open, conditions, imageSet: text, variant: text });
  return { spec, status };
}

/** Nftables came with Calico 3.29, operator 1.36. */
function dataplanes(version: number[]): Schema {
  const values = ['Iptables', 'BPF', 'VPP'];
  return isAtLeast(version, [1, 36]) ? oneOf(...values, 'Nftables') : oneOf(...values);
}
