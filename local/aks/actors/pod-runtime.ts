import type { ConfigMapCache } from './config-map-cache.ts';
import { ContainerRuntime, type ContainerOptions, rfc3339 } from './container-runtime.ts';
import type { Condition, Container, Pod } from './objects.ts';

export interface PodOptions extends Omit<ContainerOptions, 'container' | 'environment'> {
  configMaps: ConfigMapCache;
  /** The in-cluster address of the API server, which every container is told. */
  serviceHost: string;
  podIp: string;
}

/** One pod on its node: its containers, and the status that the kubelet reports of it. */
export class PodRuntime {
  readonly pod: Pod;
  readonly containers: ReadonlyMap<string, ContainerRuntime>;
  readonly #options: PodOptions;
  readonly #startTime: string;
  #isStarted = false;
  #conditions: Condition[] = [];

  constructor(options: PodOptions) {
    this.pod = options.pod;
    this.#options = options;
    this.#startTime = rfc3339(options.api.clock.now());
    this.containers = new Map(
      options.pod.spec.containers.map((container) => [
        container.name,
        new ContainerRuntime({ ...options, container, environment: () => this.#environment(container) }),
      ]),
    );
  }

  start(): void {
    this.#isStarted = true;
    for (const container of this.containers.values()) container.start().catch(this.#options.onError);
  }

  stop(): void {
    for (const container of this.containers.values()) container.stop();
  }

  /** What the kubelet writes into the pod's status; `isNodeLost` is what the control plane makes of a silent node. */
  status(isNodeLost: boolean): NonNullable<Pod['status']> {
    const containers = [...this.containers.values()];
    const areReady = containers.every((container) => container.isReady);
    const created = this.#isStarted ? 'True' : 'False';
    const ready = areReady ? 'True' : 'False';
    const lost = isNodeLost ? 'False' : ready;
    const wanted: [string, string][] = [
      ['PodScheduled', 'True'],
      ['Initialized', created],
      ['ContainersReady', ready],
      ['Ready', lost],
    ];
    this.#conditions = wanted.map(([type, status]) => this.#condition(type, status));
    return {
      phase: this.#isStarted ? 'Running' : 'Pending',
      hostIP: '127.0.0.1',
      startTime: this.#startTime,
      ...(this.#isStarted ? { podIP: this.#options.podIp, podIPs: [{ ip: this.#options.podIp }] } : {}),
      conditions: this.#conditions,
      containerStatuses: containers.map((container) => container.status()),
    };
  }

  #condition(type: string, status: string): Condition {
    const known = this.#conditions.find((condition) => condition.type === type);
    if (known?.status === status) return known;
    const transition = { type, status, lastTransitionTime: rfc3339(this.#options.api.clock.now()) };
    if (status === 'True' || !type.endsWith('Ready')) return transition;
    return { ...transition, reason: 'ContainersNotReady', message: 'containers with unready status' };
  }

  /** The service's variables first, then `envFrom`, then `env`: the later one wins, as in a kubelet. */
  async #environment(container: Container): Promise<Record<string, string>> {
    const namespace = this.pod.metadata.namespace ?? 'default';
    const env: Record<string, string> = {
      KUBERNETES_SERVICE_HOST: this.#options.serviceHost,
      KUBERNETES_SERVICE_PORT: '443',
    };
    for (const { configMapRef } of container.envFrom ?? []) {
      if (configMapRef !== undefined)
        Object.assign(env, await this.#options.configMaps.read(namespace, configMapRef.name));
    }
    for (const { name, value, valueFrom } of container.env ?? []) {
      env[name] = value ?? this.#field(valueFrom?.fieldRef?.fieldPath);
    }
    return env;
  }

  #field(path: string | undefined): string {
    if (path === 'spec.nodeName') return this.#options.machine.name;
    if (path === 'metadata.namespace') return this.pod.metadata.namespace ?? '';
    return path === 'metadata.name' ? this.pod.metadata.name : '';
  }
}
