import { rfc3339 } from './container-runtime.ts';
import type { Condition, Node } from './objects.ts';
import type { Machine } from './programs.ts';

/** A virtual machine of a node pool, as its kubelet reports it. */
export interface MachineProfile extends Machine {
  osImage: string;
  architecture: string;
  kubeletVersion: string;
  containerRuntimeVersion: string;
  labels: Record<string, string>;
  providerId: string;
  /** The address that its pods on the host's network have. */
  hostIp: string;
  /** The address of the n-th pod. */
  podIp(index: number): string;
}

/** The Node that a kubelet registers; its InternalIP and port are where the API server finds the kubelet. */
export function nodeObject(machine: MachineProfile, kubeletPort: number, now: Date): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: machine.name, labels: machine.labels },
    spec: { providerID: machine.providerId },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      capacity: { cpu: '2', memory: '8129392Ki', pods: '110' },
      allocatable: { cpu: '1900m', memory: '5474160Ki', pods: '110' },
      conditions: readyCondition(false, now),
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      nodeInfo: {
        architecture: machine.architecture,
        bootID: '',
        containerRuntimeVersion: machine.containerRuntimeVersion,
        kernelVersion: machine.kernelVersion,
        kubeProxyVersion: machine.kubeletVersion,
        kubeletVersion: machine.kubeletVersion,
        machineID: '',
        operatingSystem: 'linux',
        osImage: machine.osImage,
        systemUUID: '',
      },
    },
  };
}

export function readyCondition(isLost: boolean, now: Date): Condition[] {
  const lastTransitionTime = rfc3339(now);
  const lost = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  const ready = { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const network = { status: 'False', reason: 'RouteCreated', message: 'RouteController created a route' };
  return [
    { type: 'NetworkUnavailable', lastTransitionTime, ...network },
    { type: 'Ready', lastTransitionTime, ...(isLost ? lost : ready) },
  ];
}
