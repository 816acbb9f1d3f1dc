import type { OperatorProfile } from './profiles.ts';

/** The fields of an Installation's spec that the operator decides by. */
export interface InstallationSpec {
  calicoNetwork?: CalicoNetwork;
  calicoNodeDaemonSet?: { spec?: { template?: { spec?: { dnsPolicy?: string } } } };
  cni?: { type?: string };
  controlPlaneReplicas?: number;
  nodeUpdateStrategy?: { rollingUpdate?: { maxUnavailable?: number | string } };
  registry?: string;
  imagePath?: string;
  flexVolumePath?: string;
  [field: string]: unknown;
}

export interface CalicoNetwork {
  linuxDataplane?: string;
  nodeAddressAutodetectionV4?: Autodetection;
  hostPorts?: string;
  bpfNetworkBootstrap?: string;
  kubeProxyManagement?: string;
  [field: string]: unknown;
}

export interface Autodetection {
  firstFound?: boolean;
  kubernetes?: string;
  interface?: string;
  skipInterface?: string;
  canReach?: string;
  cidrs?: string[];
}

/** A TigeraStatus that says Degraded: its reason and message. */
export interface Degradation {
  reason: string;
  message: string;
}

type Fields = Record<string, unknown>;

/** What the operator writes into `default` because nobody else did; empty when nothing is missing. */
export function missingDefaults(spec: InstallationSpec, profile: OperatorProfile): Fields {
  const missing = missingFields(spec, profile.installationDefaults);
  const isBpf = spec.calicoNetwork?.linuxDataplane === 'BPF' && profile.bpfSwitch !== 'none';
  if (!isBpf || spec.calicoNetwork?.nodeAddressAutodetectionV4 !== undefined) return missing;
  const calicoNetwork = { ...(missing['calicoNetwork'] as Fields), nodeAddressAutodetectionV4: { firstFound: true } };
  return { ...missing, calicoNetwork };
}

function missingFields(present: Fields, defaults: Fields): Fields {
  const missing: Fields = {};
  for (const [key, value] of Object.entries(defaults)) {
    const known = present[key];
    if (known === undefined) missing[key] = value;
    else if (isObject(known) && isObject(value)) {
      const inner = missingFields(known, value);
      if (Object.keys(inner).length > 0) missing[key] = inner;
    }
  }
  return missing;
}

/** `default` with the overlay's fields over it; an autodetection method replaces the other (calico.md 2.1). */
export function withOverlay(spec: InstallationSpec, overlay: InstallationSpec | undefined): InstallationSpec {
  return overlay === undefined ? spec : merge(spec, overlay);
}

function merge(base: Fields, over: Fields): Fields {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const known = merged[key];
    const isWhole = key === 'nodeAddressAutodetectionV4' || !isObject(known) || !isObject(value);
    merged[key] = isWhole ? value : merge(known, value);
  }
  return merged;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What makes the operator refuse an Installation (calico.md 14.5). */
export function refusalOf(
  spec: InstallationSpec,
  seen: { imageSets: readonly string[]; hasEndpoint: boolean },
  profile: OperatorProfile,
): Degradation | undefined {
  const { nodeAddressAutodetectionV4: method = {}, hostPorts, bpfNetworkBootstrap } = spec.calicoNetwork ?? {};
  const set = Object.values(method).filter((value) => value !== false && value !== undefined);
  if (set.length > 1) {
    return invalid('no more than one node address autodetection method can be specified per-family', profile);
  }
  if (hostPorts === 'Enabled' && spec.cni?.type !== 'Calico') {
    return invalid('spec.calicoNetwork.hostPorts is supported only for Calico CNI', profile);
  }
  const imageSet = `calico-${profile.calicoVersion}`;
  if (seen.imageSets.length > 0 && !seen.imageSets.includes(imageSet)) {
    const message = `Unable to create the Tigera CA: ImageSets exist but none with the expected name ${imageSet}`;
    return { reason: 'ResourceCreateError', message };
  }
  if (bpfNetworkBootstrap !== 'Enabled') return undefined;
  const why = bootstrapProblem(spec, seen.hasEndpoint);
  if (why === undefined) return undefined;
  const message = `bpfNetworkBootstrap is Enabled but the requirements are not met: ${why}`;
  return { reason: 'ResourceValidationError', message };
}

function bootstrapProblem(spec: InstallationSpec, hasEndpoint: boolean): string | undefined {
  if (spec.calicoNetwork?.linuxDataplane !== 'BPF') {
    return 'bpfNetworkBootstrap is enabled but linuxDataplane is not set to BPF';
  }
  if (!hasEndpoint) return undefined;
  return 'kubernetes service endpoint is defined by the kubernetes-service-endpoints ConfigMap.';
}

function invalid(problem: string, profile: OperatorProfile): Degradation {
  if (profile.conditions === 'prose') return { reason: 'Invalid Installation provided', message: problem };
  return { reason: 'InvalidConfigurationError', message: `Invalid Installation provided: ${problem}` };
}
