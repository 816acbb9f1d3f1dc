import { isDeepStrictEqual } from 'node:util';
import type { ActorContext } from './actor.ts';
import { hashOf, randomSuffix } from './hash.ts';
import { keyOf } from './informer.ts';
import {
  controllerOf,
  type Deployment,
  type DeploymentStatus,
  isPodReady,
  type KubernetesObject,
  ownedBy,
  type Pod,
  type ReplicaSet,
} from './objects.ts';
import { mayRunOn } from './placement.ts';
import { createReconciler } from './reconciler.ts';
import { deployments, nodes, pods, replicaSets } from './resources.ts';

const hashLabel = 'pod-template-hash';

/**
 * kube-controller-manager's Deployment and ReplicaSet controllers in one: a new template gets its own ReplicaSet, whose
 * pods must be ready before the old ones go. Pods are bound at once to the node with the fewest of their kind.
 */
export async function runDeploymentController({ api, signal, onError }: ActorContext): Promise<void> {
  const all = api.informer(deployments);
  const sets = api.informer(replicaSets);
  const allPods = api.informer(pods);
  const allNodes = api.informer(nodes);
  await Promise.all([all.synced, sets.synced, allPods.synced, allNodes.synced]);

  const trigger = createReconciler({ clock: api.clock, signal, onError, reconcile });
  const triggerAll = () => all.items().forEach((deployment) => trigger(keyOf(deployment.metadata)));
  all.onChange((deployment) => trigger(keyOf(deployment.metadata)));
  allNodes.onChange(triggerAll);
  allPods.onChange((pod) => {
    const owner = controllerOf(pod);
    const set = owner?.kind === 'ReplicaSet' ? sets.get(owner.name, pod.metadata.namespace) : undefined;
    const name = set === undefined ? undefined : controllerOf(set)?.name;
    if (name !== undefined) trigger(keyOf({ name, namespace: pod.metadata.namespace }));
  });
  triggerAll();

  async function reconcile(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const deployment = all.get(name, namespace);
    if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) {
      await removeAll(name, namespace);
      return;
    }
    const hash = hashOf(deployment.spec.template);
    const own = sets.items().filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
    const current = own.find((set) => set.metadata.labels?.[hashLabel] === hash);
    const active = current ?? (await api.create(replicaSets, replicaSetFor(deployment, hash)));
    const replicas = deployment.spec.replicas ?? 1;
    await scale(active, replicas);
    const isReplaced = podsOf(active).filter((pod) => isLive(pod) && isPodReady(pod)).length >= replicas;
    if (isReplaced) await Promise.all(own.filter((set) => set !== current).map((set) => scale(set, 0)));
    await Promise.all(own.map(writeSetStatus));
    await writeStatus(deployment, active, own);
  }

  async function writeSetStatus(set: ReplicaSet): Promise<void> {
    const live = podsOf(set).filter(isLive);
    const ready = live.filter(isPodReady).length;
    const { replicas, readyReplicas = 0 } = set.status ?? {};
    if (replicas === live.length && readyReplicas === ready) return;
    const counts = { replicas: live.length, readyReplicas: ready || null, availableReplicas: ready || null };
    await api.patchStatus(replicaSets, set.metadata, { ...counts, observedGeneration: set.metadata.generation ?? 1 });
  }

  async function removeAll(name: string, namespace: string): Promise<void> {
    const left = sets.items().filter((set) => {
      const owner = controllerOf(set);
      return owner?.kind === 'Deployment' && owner.name === name && set.metadata.namespace === namespace;
    });
    for (const set of left) {
      await Promise.all(podsOf(set).map((pod) => api.delete(pods, pod.metadata)));
      await api.delete(replicaSets, set.metadata);
    }
  }

  async function scale(set: ReplicaSet, replicas: number): Promise<void> {
    if (set.spec.replicas !== replicas) await api.patch(replicaSets, set.metadata, { spec: { replicas } });
    const live = podsOf(set).filter(isLive);
    await Promise.all(live.slice(replicas).map((pod) => api.delete(pods, pod.metadata)));
    for (let missing = replicas - live.length; missing > 0; missing -= 1) {
      const node = chooseNode(set);
      // Without a node that admits it, the pod would be pending; the next change of a node asks again.
      if (node !== undefined) await api.create(pods, podFor(set, node));
    }
  }

  function chooseNode(set: ReplicaSet): string | undefined {
    const perNode = Map.groupBy(podsOf(set), (pod) => pod.spec.nodeName);
    const load = (name: string) => perNode.get(name)?.length ?? 0;
    const names = allNodes.items().filter((node) => mayRunOn(set.spec.template.spec, node));
    return names.map((node) => node.metadata.name).sort((a, b) => load(a) - load(b) || a.localeCompare(b))[0];
  }

  function podsOf(set: ReplicaSet): Pod[] {
    return allPods.items().filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
  }

  async function writeStatus(deployment: Deployment, active: ReplicaSet, own: ReplicaSet[]): Promise<void> {
    const updated = podsOf(active).filter(isLive);
    const live = [active, ...own.filter((set) => set.metadata.uid !== active.metadata.uid)]
      .flatMap(podsOf)
      .filter(isLive);
    const ready = live.filter(isPodReady).length;
    const unavailable = Math.max(0, (deployment.spec.replicas ?? 1) - ready);
    const previous = deployment.status?.conditions?.find((condition) => condition.type === 'Available');
    const available = unavailable === 0 ? 'True' : 'False';
    const condition = {
      type: 'Available',
      status: available,
      reason: unavailable === 0 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      lastTransitionTime:
        previous?.status === available && previous.lastTransitionTime !== undefined
          ? previous.lastTransitionTime
          : api.clock
              .now()
              .toISOString()
              .replace(/\.\d+Z/, 'Z'),
    };
    const status: DeploymentStatus = {
      observedGeneration: deployment.metadata.generation ?? 1,
      replicas: live.length,
      updatedReplicas: updated.length,
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
      conditions: [condition],
    };
    if (isDeepStrictEqual(status, deployment.status)) return;
    const absent = { readyReplicas: null, availableReplicas: null, unavailableReplicas: null };
    await api.patchStatus(deployments, deployment.metadata, { ...absent, ...status });
  }
}

function replicaSetFor(deployment: Deployment, hash: string): ReplicaSet {
  const { selector, template } = deployment.spec;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...childOf(deployment), name: `${deployment.metadata.name}-${hash}`, labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function podFor(set: ReplicaSet, node: string): Pod {
  const { template } = set.spec;
  const metadata = { ...childOf(set), ...template.metadata, name: `${set.metadata.name}-${randomSuffix()}` };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...template.spec, nodeName: node } };
}

function childOf(owner: KubernetesObject) {
  const { namespace } = owner.metadata;
  return { ...(namespace === undefined ? {} : { namespace }), ownerReferences: [ownedBy(owner)] };
}

function isLive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined;
}
