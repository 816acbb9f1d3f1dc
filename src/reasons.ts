/** How the orchestration answers a failure: give up, wait for access, or wait as long as the server asked. */
export type FailureKind = 'permanent' | 'denied' | 'throttled';

interface ReasonDefinition {
  /** The HTTP status of a problem with this reason. */
  status: number;
  /** What happened; `{name}` is replaced by the value of that name. */
  message: string;
  /** What the operator can do about it. */
  remedy: string;
}

/** Every reason code that a verdict, a notice, a failed run or an HTTP problem can carry. */
export const reasonTable = {
  INVALID_REQUEST: {
    status: 400,
    message: 'The request is not valid: {problem}.',
    remedy: 'Correct the request and send it again.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: 'The body has {bytes} bytes; at most {limit} are read.',
    remedy: 'Send only the action, for example {"action":"enable"}.',
  },
  NOT_JSON: {
    status: 400,
    message: 'The body is not JSON: {problem}.',
    remedy: 'Send a JSON object, for example {"action":"enable"}.',
  },
  RUN_NOT_FOUND: {
    status: 404,
    message: 'There is no run {run}.',
    remedy: 'List the runs with GET /api/runs.',
  },
  RUN_IN_PROGRESS: {
    status: 409,
    message: 'Run {run} is working on {cluster}.',
    remedy: 'Follow it at its address and ask again when it has finished.',
  },
  LEASE_PENDING: {
    status: 409,
    message: 'Run {run} stopped without an end and still has its lease, until {until}.',
    remedy: 'Nothing to do: the run waits for that moment and goes on.',
  },
  RUN_ABANDONED: {
    status: 410,
    message: 'The run stopped without an end; when its lease had ended, run {run} took the cluster over.',
    remedy: 'Follow that run. What was written is kept in the before-images.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: 'The records cannot be reached: {problem}.',
    remedy: 'Ask again in a minute; if it stays, check the storage account and the role on its tables.',
  },
  CLUSTER_NOT_FOUND: {
    status: 404,
    message: 'Azure knows no cluster {cluster}.',
    remedy: 'Check subscription, resource group and name, and that the identity may read the cluster.',
  },
  CLUSTER_REPLACED: {
    status: 409,
    message: 'The cluster {cluster} was deleted and made again during the run.',
    remedy: 'Nothing to do: the new cluster raises an event of its own.',
  },
  CLUSTER_DELETED: {
    status: 410,
    message: 'The cluster {cluster} is being deleted.',
    remedy: 'Nothing to do.',
  },
  CLUSTER_NOT_READY: {
    status: 409,
    message: 'The cluster is still {state} after {minutes} minutes.',
    remedy: 'Start a run by hand when the cluster is Succeeded and running.',
  },
  EXISTING_CLUSTER: {
    status: 409,
    message: 'The cluster was created {age} ago, before the window for new clusters ({window}).',
    remedy: 'Existing clusters are left alone: enable it by hand with POST .../runs.',
  },
  CLUSTER_AGE_UNKNOWN: {
    status: 409,
    message: 'Azure does not say when the cluster was created, so it cannot be taken for a new one.',
    remedy: 'Enable it by hand with POST .../runs.',
  },
  NO_CALICO: {
    status: 422,
    message: 'There is no Calico operator in the cluster (network policy: {policy}).',
    remedy: 'Create the cluster with --network-plugin azure --network-policy calico.',
  },
  ALREADY_CILIUM: {
    status: 409,
    message: 'The cluster already runs an eBPF data plane (Cilium).',
    remedy: 'Nothing to do.',
  },
  UNSUPPORTED_NETWORK: {
    status: 422,
    message: 'The network of the cluster is not supported: {what}.',
    remedy: 'Calico eBPF is switched on for Azure CNI with managed Calico, IPv4 only.',
  },
  WINDOWS_NODES: {
    status: 422,
    message: 'The cluster has Windows node pools: {pools}.',
    remedy: 'Calico eBPF does not support clusters with Windows nodes.',
  },
  UNSUPPORTED_ERA: {
    status: 422,
    message: 'Calico {calico} with operator {operator} is not switched by this version.',
    remedy: 'Managed Calico 3.31 (operator 1.40) and Calico 3.13 to 3.18 (operator up to 1.15) are.',
  },
  UNKNOWN_FACT: {
    status: 422,
    message: '{fact} could not be read from the cluster.',
    remedy: 'Check that the identity may read it, then start a run by hand.',
  },
  KERNEL_TOO_OLD: {
    status: 422,
    message: 'Node {node} runs kernel {kernel}; Calico eBPF needs {needed} or newer.',
    remedy: 'Update the node image of its pool.',
  },
  UNSUPPORTED_ARCHITECTURE: {
    status: 422,
    message: 'Node {node} has architecture {architecture}.',
    remedy: 'Calico eBPF runs on {supported}.',
  },
  NODES_NOT_READY: {
    status: 409,
    message: 'Nodes are not ready: {nodes}.',
    remedy: 'Repair or remove the nodes, then start a run by hand.',
  },
  CALICO_NOT_HEALTHY: {
    status: 409,
    message: 'Calico is not healthy: {problem}.',
    remedy: 'See kubectl get tigerastatus calico -o yaml; start a run by hand when it is Available.',
  },
  KUBE_PROXY_IPVS: {
    status: 422,
    message: 'kube-proxy runs in IPVS mode.',
    remedy: 'Switch kube-proxy to iptables and restart the nodes first.',
  },
  ENDPOINT_NOT_A_NAME: {
    status: 422,
    message: 'The address of the API server, {host}, is not a DNS name.',
    remedy: 'eBPF mode needs a stable name for the API server.',
  },
  ENDPOINT_TAKEN: {
    status: 409,
    message: 'The ConfigMap kubernetes-services-endpoint already points to {host}.',
    remedy: 'Remove it, or make it point to {wanted}, then start a run by hand.',
  },
  OTHER_DATA_PLANE: {
    status: 422,
    message: 'The Installation asks for the data plane {dataplane}.',
    remedy: 'Only Iptables and Nftables are switched to eBPF.',
  },
  ONE_SHOT_FIELDS: {
    status: 422,
    message: 'The Installation has {fields} switched on, which do not work on AKS.',
    remedy: 'Set them to Disabled, then start a run by hand.',
  },
  OVERLAY_INSTALLATION: {
    status: 422,
    message: 'The Installation overlay sets {fields}, which would be laid over what is written.',
    remedy: 'Remove those fields from the overlay, then start a run by hand.',
  },
  WORKLOADS_RUNNING: {
    status: 409,
    message: '{count} pods of workloads run already.',
    remedy: 'Clusters in use are not switched by themselves: enable it by hand.',
  },
  ACCESS_PENDING: {
    status: 403,
    message: 'Access was denied ({what}); a role that was just assigned can take minutes.',
    remedy: 'The run asks again every minute for 15 minutes.',
  },
  ACCESS_DENIED: {
    status: 403,
    message: 'Access is still denied after {minutes} minutes: {what}.',
    remedy: 'Assign the role of the installation to the identity of the app, then start a run by hand.',
  },
  NO_CREDENTIAL: {
    status: 422,
    message: 'There is no way to sign in to the cluster: {why}.',
    remedy: 'Use Entra with Azure RBAC, or allow local administrator accounts (ALLOW_LOCAL_ADMIN).',
  },
  THROTTLED: {
    status: 429,
    message: '{server} asks to wait {seconds} s.',
    remedy: 'The run waits and asks again.',
  },
  API_UNREACHABLE: {
    status: 503,
    message: '{server} cannot be reached: {problem}.',
    remedy: 'Check that the app can reach it: DNS, authorized IP ranges, private endpoints.',
  },
  REQUEST_REFUSED: {
    status: 422,
    message: '{server} refused to {what}: {problem}.',
    remedy: 'See the message; nothing was written by this request.',
  },
  FIELD_NOT_KEPT: {
    status: 422,
    message: 'The API server did not keep {field} of {object}.',
    remedy: 'This version of Calico does not know the field.',
  },
  STEP_TIMED_OUT: {
    status: 504,
    message: 'Step "{step}" was not done after {seconds} s: {waiting}.',
    remedy: 'See what it waits for; the run goes back by itself.',
  },
  OPERATOR_DEGRADED: {
    status: 409,
    message: 'tigera-operator is Degraded: {reason}: {message}',
    remedy: 'See kubectl get tigerastatus calico -o yaml.',
  },
  PROOF_DISPROVEN: {
    status: 409,
    message: 'eBPF does not carry the traffic: {evidence}.',
    remedy: 'See the proof, node by node; the run goes back by itself.',
  },
  PROOF_INCOMPLETE: {
    status: 200,
    message: 'eBPF is on, but could not be proven on every node: {evidence}.',
    remedy: 'Run verify later, or look at the logs of calico-node on these nodes.',
  },
  NOTHING_TO_UNDO: {
    status: 409,
    message: 'There is no before-image of this cluster, so there is nothing to bring back.',
    remedy: 'What was switched by hand has to be switched back by hand: see docs/operating.md.',
  },
  UNDO_INCOMPLETE: {
    status: 500,
    message: 'The way back stopped at "{step}": {problem}.',
    remedy: 'Repair what is named, then start a run with the action disable: it goes on from there.',
  },
  ATTEMPTS_USED_UP: {
    status: 503,
    message: 'Several attempts did not succeed: {problem}',
    remedy: 'Check that the app can reach Azure and the cluster, then start a run by hand.',
  },
  INTERNAL: {
    status: 500,
    message: 'The run ended in an error of the app: {problem}.',
    remedy: 'See the log of the run; start it again by hand.',
  },
  KUBE_PROXY_KEPT: {
    status: 200,
    message: 'kube-proxy stays: AKS allows switching it off only where the cluster brings its own CNI.',
    remedy: 'eBPF runs beside it, with the clean-up of its rules off.',
  },
  KUBE_PROXY_RETURNED: {
    status: 200,
    message: 'AKS put kube-proxy back after it was switched off.',
    remedy: 'eBPF runs beside it, with the clean-up of its rules off.',
  },
  UNSUPPORTED_BY_MICROSOFT: {
    status: 200,
    message: 'Calico is managed by AKS here: Microsoft neither tests nor supports its eBPF data plane.',
    remedy: 'AKS may change these objects; the before-images are kept and disable brings them back.',
  },
  NFTABLES_DURING_ROLLOUT: {
    status: 200,
    message: 'This operator moves Felix to nftables on every node as the rollout begins.',
    remedy: 'Nothing to do: the field belongs to the operator.',
  },
  CONNECTIONS_KEEP_OLD_PATH: {
    status: 200,
    message: 'Connections that exist keep the old path until they are closed.',
    remedy: 'Restart workloads one at a time to move them.',
  },
  HAND_MADE_TAKEN_OVER: {
    status: 200,
    message: 'bpfEnabled was set by hand; its ownership is handed to the operator.',
    remedy: 'Nothing to do.',
  },
  AUTODETECTION_REPLACED: {
    status: 200,
    message: 'The node address autodetection {before} is replaced by canReach {after}.',
    remedy: 'AKS may restore its own value.',
  },
} as const satisfies Record<string, ReasonDefinition>;

export type ReasonCode = keyof typeof reasonTable;

/** A reason as records, problems and events carry it. */
export interface Reason {
  code: ReasonCode;
  message: string;
  remedy: string;
}

/** The reason of `code`, with `{name}` in its texts replaced by `values`; an unknown name stays as it is. */
export function reason(code: ReasonCode, values: Record<string, string | number> = {}): Reason {
  const { message, remedy } = reasonTable[code];
  const fill = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  return { code, message: fill(message), remedy: fill(remedy) };
}

/** Thrown where a request met an answer that another try at once does not change; anything else that is thrown is transient. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly reason: Reason;
  /** Only with `throttled`: what the server's Retry-After asked for. */
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: FailureKind, reason: Reason, retryAfterSeconds?: number) {
    super(reason.message);
    this.name = 'Failure';
    this.kind = kind;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
