/** JSON, as it crosses every border of this room. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export interface JsonObject {
  [key: string]: Json;
}

/** What Azure Resource Manager says of a cluster (azure.md d2). */
export interface ManagedClusterFacts {
  resourceId: string;
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  location: string;
  /** Distinguishes clusters that use one resource id after another. */
  resourceUid: string;
  createdAt: string | undefined;
  /** By Azure's own clock (its Date header), so that the app needs none. */
  ageSeconds: number | undefined;
  provisioningState: string;
  powerState: string;
  kubernetesVersion: string;
  fqdn: string | undefined;
  privateFqdn: string | undefined;
  privateCluster: boolean;
  networkPlugin: string | undefined;
  networkPluginMode: string | undefined;
  networkPolicy: string | undefined;
  networkDataplane: string | undefined;
  ipFamilies: string[];
  windowsPools: string[];
  automatic: boolean;
  entra: boolean;
  azureRbac: boolean;
  localAccountsDisabled: boolean;
}

export interface NodeFacts {
  name: string;
  ready: boolean;
  kernelVersion: string;
  osImage: string;
  architecture: string;
  operatingSystem: string;
  /** A virtual kubelet: no calico-node runs there. */
  virtual: boolean;
}

export interface InstallationFacts {
  generation: number;
  labels: Record<string, string>;
  spec: JsonObject;
  /** `status.calicoVersion`, which operators from 1.30 on write. */
  calicoVersion: string | undefined;
}

export interface FelixConfigurationFacts {
  name: string;
  annotations: Record<string, string>;
  spec: JsonObject;
}

export interface StatusCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration: number | undefined;
}

/** TigeraStatus `calico`. */
export interface TigeraStatusFacts {
  available: StatusCondition | undefined;
  progressing: StatusCondition | undefined;
  degraded: StatusCondition | undefined;
}

export interface DaemonSetFacts {
  generation: number;
  observedGeneration: number;
  desired: number;
  updated: number;
  available: number;
  maxUnavailable: number | string;
  nodeSelector: Record<string, string>;
  dnsPolicy: string | undefined;
  hasDnsConfig: boolean;
  volumes: string[];
  initContainers: string[];
  /** Plain values of the main container's environment (calico-node's: the container of that name). */
  environment: Record<string, string>;
  image: string;
  /** Command and arguments of the main container. */
  command: string[];
}

export interface OperatorFacts {
  image: string;
  dnsPolicy: string | undefined;
  available: number;
  /** Generation seen by its controller, so that "available" speaks of the present template. */
  upToDate: boolean;
}

/** What the CRDs' schemas know: eras are told by schema first, version second (calico.md 11, row 14). */
export interface SchemaFacts {
  linuxDataplane: boolean;
  dnsPolicyOverride: boolean;
  /** Properties of FelixConfiguration's spec that begin with "bpf". */
  felixFields: string[];
  /** A v1beta1 CRD keeps fields that it does not know. */
  felixKeepsUnknownFields: boolean;
}

/** Facts of the cluster's own API. Undefined: not read; null: read, and not there. */
export interface KubernetesFacts {
  /** The API server's clock, from its Date header. */
  observedAt: string;
  /** Where the API server is reached, from the kubeconfig's server. */
  endpoint: { host: string; port: number };
  nodes?: NodeFacts[] | undefined;
  installation?: InstallationFacts | null | undefined;
  overlay?: InstallationFacts | null | undefined;
  tigeraStatus?: TigeraStatusFacts | null | undefined;
  felixConfiguration?: FelixConfigurationFacts | null | undefined;
  /** FelixConfigurations named `node.<name>`. */
  felixNodeConfigurations?: FelixConfigurationFacts[] | undefined;
  /** From ClusterInformation `default`. */
  calicoVersion?: string | null | undefined;
  calicoNode?: DaemonSetFacts | null | undefined;
  kubeProxy?: DaemonSetFacts | null | undefined;
  operator?: OperatorFacts | null | undefined;
  /** Data of ConfigMap `tigera-operator/kubernetes-services-endpoint`. */
  endpointConfigMap?: Record<string, string> | null | undefined;
  schema?: SchemaFacts | null | undefined;
  /** Pods outside the namespaces that AKS and Calico use. */
  workloadPods?: number | undefined;
}

/** One of the reads that a survey is made of. */
export type FactName =
  | 'nodes'
  | 'installations'
  | 'tigeraStatus'
  | 'felixConfigurations'
  | 'clusterInformation'
  | 'calicoNode'
  | 'kubeProxy'
  | 'operator'
  | 'endpointConfigMap'
  | 'schema'
  | 'workloadPods';

export interface ClusterFacts {
  azure: ManagedClusterFacts;
  kubernetes: KubernetesFacts;
}

/** What calico-node said on one node. */
export interface NodeLog {
  node: string;
  pod: string | undefined;
  /** The pod's condition Ready. */
  ready: boolean;
  /** Undefined: the log could not be read, `problem` says why. */
  lines: string[] | undefined;
  problem?: string | undefined;
}
