import type { Reason } from '../reasons.ts';
import type { FactName, Json, JsonObject } from './facts.ts';

export type Era = 'E1' | 'E2' | 'E3' | 'E4' | 'E5';
export type Procedure = 'coexist' | 'article';
export type Action = 'enable' | 'disable' | 'plan' | 'verify';
/** Who asked: a person (`http`, `cli`) or nobody in particular (`event`, `sweep`). */
export type Source = 'event' | 'http' | 'cli' | 'sweep';

/** The settings that decide about a run; they travel with its request. */
export interface RunSettings {
  /** How long the operator may take to show the endpoint before its pod is deleted; in `article` the literal wait. */
  kubeletWaitSeconds: number;
  /** By event or sweep, only a cluster younger than this is acted on. */
  newClusterWindowSeconds: number;
  /** How long a cluster may take to be Succeeded and running. */
  settleSeconds: number;
  /** Whether the administrator's kubeconfig may be used where there is no other way in. */
  allowLocalAdmin: boolean;
  /** How long `article` watches whether kube-proxy stays away. */
  kubeProxyWatchSeconds: number;
}

/** One object of the cluster, with what a request for it needs. */
export interface ObjectReference {
  /** For example `v1`, `apps/v1`, `operator.tigera.io/v1`. */
  apiVersion: string;
  kind: string;
  /** Plural, lower case, as in the path. */
  resource: string;
  namespace?: string | undefined;
  name: string;
}

/** The value of a leaf before our first write to it. `absentFrom`: how much of the path was there; what lies below was not. */
export interface BeforeImage {
  object: ObjectReference;
  /** Property names from the object's root; empty: the object itself, which was not there. */
  path: string[];
  before: { present: true; value: Json } | { present: false; absentFrom: number };
  /** What was written. */
  after: Json;
  /** The step that wrote it. */
  step: string;
  /** Nobody has seen yet that the write was made: it is brought back only where the leaf is as we would have written it. */
  unconfirmed?: boolean | undefined;
}

/** One write on one object. */
export type Change =
  /** Merge patch (RFC 7396): only leaves that differ are written, each has a before-image. */
  | { kind: 'merge'; object: ObjectReference; patch: JsonObject }
  /** Creates the object, or merges into the one that is there. */
  | { kind: 'apply'; object: ObjectReference; body: JsonObject }
  /** Brings before-images back; of a path that was absent, the parents that we made go too when nothing else is in them. */
  | { kind: 'restore'; object: ObjectReference; images: BeforeImage[] }
  /** Deletes the pods that were there when the step began, so that a second try finds nothing to do. */
  | { kind: 'delete-pods'; namespace: string; labelSelector: string };

/** What an `apply` came to. */
export interface AppliedChange {
  object: ObjectReference | undefined;
  /** False: everything was as wanted, nothing was written. */
  written: boolean;
  /** The API server's clock at the write, or at the read that showed that none was needed. */
  at: string;
  /** Of the leaves that were written, by this try or by an earlier one whose answer was lost. */
  images: BeforeImage[];
}

/** What a step waits for; evaluated by `progress`, a pure function. */
export type Condition =
  /** calico-node's template has this value in its environment. */
  | { kind: 'template-environment'; name: string; value: string }
  /** calico-node's template has another value there, or none. */
  | { kind: 'template-environment-differs'; name: string; value: string }
  /** Effective dnsPolicy of calico-node's template differs from this value. */
  | { kind: 'template-dns-policy-differs'; value: string }
  /** Every pod of calico-node has the present template and is available. */
  | { kind: 'rollout-complete' }
  /** TigeraStatus speaks of the Installation's present generation: Available, not Progressing, not Degraded. */
  | { kind: 'operator-settled' }
  /** FelixConfiguration `default` has this bpfEnabled; `annotated`: and the operator's annotation agrees. */
  | { kind: 'bpf-enabled'; value: boolean; annotated: boolean }
  /** kube-proxy's DaemonSet wants no pod (false), or has all its pods available (true). */
  | { kind: 'kube-proxy-running'; value: boolean }
  /** The operator's Deployment has an available pod. */
  | { kind: 'operator-available' }
  /** The last word of every ready node's Felix about BPF, since the step began, is that it is off. */
  | { kind: 'felix-bpf-off' };

/** One named change with a purpose. Data: it is replayed from the history that holds it. */
export interface Step {
  id: string;
  title: string;
  why: string;
  changes: Change[];
  /** Waits this long, whatever is seen, before its changes are written (the article's 60 s for the kubelet). */
  waitSeconds?: number | undefined;
  /** Done when all hold; empty: the write's own answer is enough. */
  until: Condition[];
  patienceSeconds: number;
  /** Carried out once when `until` does not hold after so many seconds. */
  fallback?: { afterSeconds: number; changes: Change[]; why: string } | undefined;
  /** Where patience ends without harm: the run goes on and carries this notice. */
  otherwise?: Reason | undefined;
  /** Carried out only when eBPF has been proven on every node. */
  afterProof?: boolean | undefined;
}

/** What the proof compares the cluster with. */
export interface ProofExpectation {
  era: Era;
  /** Name of the API server in calico-node's template. */
  endpointHost: string;
  endpointPort: number;
  /** `linuxDataplane` of the effective Installation; undefined where the schema has none (E1). */
  linuxDataplane: 'BPF' | undefined;
  /** The operator's annotation must agree with bpfEnabled (operators from 1.34 on). */
  annotated: boolean;
  /** FelixConfiguration fields that must have these values. */
  felix: JsonObject;
  /** calico-node must not resolve the endpoint through the cluster's DNS (row 22). */
  dnsPolicyNot: string | undefined;
  /** This Calico's Felix reports `BPFEndpointManager` (3.28 and later). */
  reportsEndpointManager: boolean;
}

export interface Plan {
  era: Era;
  procedure: Procedure;
  steps: Step[];
  notices: Reason[];
  expectation: ProofExpectation;
}

/** `wait`, `skip` and `refuse` carry every reason that applies; `skip` is a success. */
export type Verdict =
  | { kind: 'eligible'; era: Era; procedure: Procedure; notices: Reason[] }
  | { kind: 'wait' | 'skip' | 'refuse'; reasons: Reason[] };

export type Progress = { kind: 'done' } | { kind: 'pending'; waitingFor: string } | { kind: 'stuck'; reason: Reason };

export type ProofResult = 'proven' | 'disproven' | 'unknown';

export interface LayerProof {
  result: ProofResult;
  /** What was seen, one sentence each; of a layer that is not proven, what is wrong comes first. */
  evidence: string[];
}

export interface NodeProof {
  node: string;
  result: ProofResult;
  evidence: string;
  /** The line of calico-node's log that decided. */
  line?: string | undefined;
}

export interface Proof {
  result: ProofResult;
  configuration: LayerProof;
  rollout: LayerProof;
  nodes: NodeProof[];
}

/** The reads that a condition needs, so that a wait costs no more than it must. */
export type FactsOfCondition = Record<Condition['kind'], readonly FactName[]>;
