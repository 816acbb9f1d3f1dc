import { isDeepStrictEqual } from 'node:util';
import type { ActorContext } from './actor.ts';
import type { NodeBehaviours } from './behaviours.ts';
import { ConfigMapCache } from './config-map-cache.ts';
import { keyOf } from './informer.ts';
import { type KubeletTls, type LogTarget, startKubeletServer } from './kubelet-server.ts';
import { later } from './later.ts';
import { type MachineProfile, nodeObject, readyCondition } from './node-object.ts';
import type { Pod } from './objects.ts';
import { PodRuntime } from './pod-runtime.ts';
import type { Programs } from './programs.ts';
import { createReconciler } from './reconciler.ts';
import { nodes, pods } from './resources.ts';

export interface KubeletOptions extends ActorContext {
  machines: readonly MachineProfile[];
  behaviours: NodeBehaviours;
  programs: Programs;
  tls: KubeletTls;
  /** Seconds from a pod's creation to its containers running. */
  podStartSeconds: number;
  /** Seconds from a pod's deletion to its end, at most its grace period. */
  podStopSeconds: number;
  /** Seconds between two refreshes of the ConfigMaps that containers are started with. */
  configMapRefreshSeconds: number;
  /** The in-cluster address of the API server. */
  serviceHost: string;
}

/** Seconds after which a slow node has its containers running, as a factor of the others' time. */
const slowness = 10;

/** The kubelets of all nodes of a cluster: registers the nodes, runs their pods, serves their logs. */
export async function runKubelets(options: KubeletOptions): Promise<void> {
  const { api, signal, onError, behaviours } = options;
  const machines = new Map(options.machines.map((machine) => [machine.name, machine]));
  const runtimes = new Map<string, PodRuntime>();
  const stopping = new Set<string>();
  const cache = new ConfigMapCache(api, options.configMapRefreshSeconds, signal);
  const isLost = (node: string | undefined) => node !== undefined && behaviours.has(node, 'notReady');
  const server = await startKubeletServer({ tls: options.tls, clock: api.clock, findLog });
  signal.addEventListener('abort', () => {
    for (const runtime of runtimes.values()) runtime.stop();
    server.close().catch(onError);
  });

  const informer = api.informer(pods);
  await informer.synced;
  const report = createReconciler({ clock: api.clock, signal, onError, reconcile: reportStatus });
  const finish = createReconciler({ clock: api.clock, signal, onError, reconcile: finishDeletion });
  informer.onChange((pod, change) => {
    if (change === 'present') observe(pod);
    else end(pod);
  });
  behaviours.onChange((node) => {
    void reportNode(node).catch(onError);
    for (const pod of informer.items().filter((known) => known.spec.nodeName === node)) observe(pod);
  });
  await Promise.all(options.machines.map(register));
  informer.items().forEach(observe);

  /** A node that is registered already is this one's, from before a restart. */
  async function register(machine: MachineProfile): Promise<void> {
    const known = await api.get(nodes, { name: machine.name });
    if (known === undefined) await api.create(nodes, nodeObject(machine, server.port, api.clock.now()));
    await reportNode(machine.name);
  }

  function observe(pod: Pod): void {
    const machine = machines.get(pod.spec.nodeName ?? '');
    if (machine === undefined) return;
    const key = keyOf(pod.metadata);
    if (runtimes.get(key)?.pod.metadata.uid !== pod.metadata.uid && runtimes.has(key)) end(pod);
    if (isLost(machine.name)) {
      if (runtimes.has(key)) report(key);
    } else if (pod.metadata.deletionTimestamp !== undefined) stopLater(key, pod);
    else if (!runtimes.has(key)) begin(key, pod, machine);
    else report(key);
  }

  function begin(key: string, pod: Pod, machine: MachineProfile): void {
    const podIp = pod.spec.hostNetwork === true ? machine.hostIp : machine.podIp(runtimes.size);
    const { serviceHost, programs } = options;
    const onChange = () => report(key);
    const context = { api, signal, onError, machine, behaviours, programs, serviceHost, configMaps: cache };
    const runtime = new PodRuntime({ ...context, pod, podIp, onChange });
    runtimes.set(key, runtime);
    report(key);
    const seconds = options.podStartSeconds * (behaviours.has(machine.name, 'slowStart') ? slowness : 1);
    later(api.clock, signal, seconds * 1000, () => {
      if (runtimes.get(key) !== runtime || stopping.has(key)) return;
      runtime.start();
      report(key);
    });
  }

  function stopLater(key: string, pod: Pod): void {
    if (stopping.has(key)) return;
    stopping.add(key);
    runtimes.get(key)?.stop();
    const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    later(api.clock, signal, Math.min(options.podStopSeconds, grace) * 1000, () => finish(key));
  }

  async function finishDeletion(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const pod = informer.get(name, namespace);
    if (pod === undefined || isLost(pod.spec.nodeName)) {
      stopping.delete(key);
      return;
    }
    await api.delete(pods, pod.metadata, { gracePeriodSeconds: 0, uid: pod.metadata.uid ?? '' });
  }

  function end(pod: Pod): void {
    const key = keyOf(pod.metadata);
    runtimes.get(key)?.stop();
    runtimes.delete(key);
    stopping.delete(key);
  }

  async function reportStatus(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const runtime = runtimes.get(key);
    const known = informer.get(name, namespace);
    if (runtime === undefined || known === undefined || known.metadata.uid !== runtime.pod.metadata.uid) return;
    if (known.metadata.deletionTimestamp !== undefined) return;
    const status = runtime.status(isLost(known.spec.nodeName));
    const { conditions, containerStatuses, phase } = known.status ?? {};
    const isSame = isDeepStrictEqual(
      [conditions, containerStatuses, phase],
      [status.conditions, status.containerStatuses, status.phase],
    );
    if (!isSame) await api.patchStatus(pods, known.metadata, status);
  }

  async function reportNode(name: string): Promise<void> {
    const machine = machines.get(name);
    if (machine === undefined) return;
    const conditions = readyCondition(isLost(name), api.clock.now());
    const { status } = nodeObject(machine, server.port, api.clock.now());
    await api.patchStatus(nodes, { name }, { ...status, conditions });
  }

  function findLog({ namespace, pod, container, previous }: LogTarget) {
    const runtime = runtimes.get(keyOf({ namespace, name: pod }));
    if (isLost(runtime?.pod.spec.nodeName)) return 'unreachable';
    const found = runtime?.containers.get(container);
    return previous ? found?.previousLog : found?.log;
  }
}
