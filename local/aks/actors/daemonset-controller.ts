import { isDeepStrictEqual } from 'node:util';
import type { ActorContext } from './actor.ts';
import { planDaemonSet, revisionLabel } from './daemonset-plan.ts';
import { hashOf, randomSuffix } from './hash.ts';
import { keyOf } from './informer.ts';
import { controllerOf, type DaemonSet, ownedBy, type Pod } from './objects.ts';
import { createReconciler } from './reconciler.ts';
import { controllerRevisions, daemonSets, nodes, pods } from './resources.ts';

/** kube-controller-manager's DaemonSet controller; it binds its pods to their nodes itself, as there is no scheduler. */
export async function runDaemonSetController({ api, signal, onError }: ActorContext): Promise<void> {
  const sets = api.informer(daemonSets);
  const allPods = api.informer(pods);
  const allNodes = api.informer(nodes);
  const revisions = api.informer(controllerRevisions);
  await Promise.all([sets.synced, allPods.synced, allNodes.synced, revisions.synced]);

  const trigger = createReconciler({ clock: api.clock, signal, onError, reconcile });
  sets.onChange((set) => trigger(keyOf(set.metadata)));
  allNodes.onChange(() => sets.items().forEach((set) => trigger(keyOf(set.metadata))));
  allPods.onChange((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'DaemonSet') trigger(keyOf({ name: owner.name, namespace: pod.metadata.namespace }));
  });
  sets.items().forEach((set) => trigger(keyOf(set.metadata)));

  async function reconcile(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const set = sets.get(name, namespace);
    const owned = podsOf(name, namespace, set?.metadata.uid);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) {
      await Promise.all(owned.map((pod) => api.delete(pods, pod.metadata)));
      return;
    }
    const revision = hashOf(set.spec.template);
    await ensureRevision(set, revision);
    const plan = planDaemonSet(set, revision, allNodes.items(), owned);
    await Promise.all([
      ...plan.remove.map((pod) => api.delete(pods, pod.metadata, { uid: pod.metadata.uid ?? '' })),
      ...plan.create.map((node) => api.create(pods, podFor(set, revision, node))),
    ]);
    await writeStatus(set, revision);
  }

  /** With the set gone, its pods are those that any set of that name left. */
  function podsOf(name: string, namespace: string, uid: string | undefined): Pod[] {
    return allPods.items().filter((pod) => {
      const owner = controllerOf(pod);
      const isOwned = owner?.kind === 'DaemonSet' && owner.name === name && pod.metadata.namespace === namespace;
      return isOwned && (uid === undefined || owner.uid === uid);
    });
  }

  async function writeStatus(set: DaemonSet, revision: string): Promise<void> {
    const owned = podsOf(set.metadata.name, set.metadata.namespace ?? '', set.metadata.uid);
    const { status } = planDaemonSet(set, revision, allNodes.items(), owned);
    if (isDeepStrictEqual(status, set.status)) return;
    const absent = { updatedNumberScheduled: null, numberAvailable: null, numberUnavailable: null };
    await api.patchStatus(daemonSets, set.metadata, { ...absent, ...status });
  }

  async function ensureRevision(set: DaemonSet, revision: string): Promise<void> {
    const { namespace } = set.metadata;
    const name = `${set.metadata.name}-${revision}`;
    if (revisions.get(name, namespace) !== undefined) return;
    const siblings = revisions.items().filter((known) => controllerOf(known)?.uid === set.metadata.uid);
    await api.create(controllerRevisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...set.spec.template.metadata?.labels, [revisionLabel]: revision },
        ownerReferences: [ownedBy(set)],
      },
      revision: Math.max(0, ...siblings.map((known) => known.revision)) + 1,
      data: { spec: { template: { ...set.spec.template, $patch: 'replace' } } },
    });
  }
}

function podFor(set: DaemonSet, revision: string, node: string): Pod {
  const { template } = set.spec;
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? set.metadata.generation;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${set.metadata.name}-${randomSuffix()}`,
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: {
        ...template.metadata?.labels,
        [revisionLabel]: revision,
        'pod-template-generation': String(generation),
      },
      annotations: { ...template.metadata?.annotations },
      ownerReferences: [ownedBy(set)],
    },
    spec: { ...template.spec, nodeName: node },
  };
}
