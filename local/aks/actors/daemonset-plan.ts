import { type DaemonSet, type DaemonSetStatus, isPodReady, type Node, type Pod } from './objects.ts';
import { mayRunOn } from './placement.ts';

export const revisionLabel = 'controller-revision-hash';

export interface DaemonSetPlan {
  /** Names of the nodes that lack a pod. */
  create: string[];
  remove: Pod[];
  status: DaemonSetStatus;
}

/**
 * One step of kube-controller-manager's DaemonSet controller, RollingUpdate without surge: what is missing is created,
 * what does not belong is removed, old pods are replaced within maxUnavailable, those that are unavailable first.
 */
export function planDaemonSet(daemonSet: DaemonSet, revision: string, nodes: Node[], pods: Pod[]): DaemonSetPlan {
  const podsOf = Map.groupBy(pods, (pod) => pod.spec.nodeName ?? '');
  const wanted = nodes.filter((node) => mayRunOn(daemonSet.spec.template.spec, node)).map((node) => node.metadata.name);
  const isWanted = new Set(wanted);
  const create = wanted.filter((node) => !podsOf.has(node));
  const stray = pods.filter((pod) => !isWanted.has(pod.spec.nodeName ?? '') && isLive(pod));
  const surplus = wanted.flatMap((node) => (podsOf.get(node) ?? []).filter(isLive).slice(1));
  const firstOf = (node: string) => podsOf.get(node)?.find(isLive);
  const running = wanted.map(firstOf);
  const replaced = planReplacement(daemonSet, revision, running);
  return { create, remove: [...stray, ...surplus, ...replaced], status: statusOf() };

  function statusOf(): DaemonSetStatus {
    const current = wanted.map((node) => podsOf.get(node)?.[0]).filter((pod) => pod !== undefined);
    const ready = current.filter((pod) => isLive(pod) && isPodReady(pod)).length;
    const updated = current.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
    // The API server leaves these three out when they are zero.
    return {
      observedGeneration: daemonSet.metadata.generation ?? 1,
      currentNumberScheduled: current.length,
      desiredNumberScheduled: wanted.length,
      numberMisscheduled: [...podsOf.keys()].filter((node) => !isWanted.has(node)).length,
      numberReady: ready,
      ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(wanted.length > ready ? { numberUnavailable: wanted.length - ready } : {}),
    };
  }
}

function planReplacement(daemonSet: DaemonSet, revision: string, running: (Pod | undefined)[]): Pod[] {
  if (daemonSet.spec.updateStrategy?.type === 'OnDelete') return [];
  const unavailable = running.filter((pod) => pod === undefined || !isPodReady(pod)).length;
  const old = running.filter((pod) => pod !== undefined && pod.metadata.labels?.[revisionLabel] !== revision) as Pod[];
  const budget = Math.max(0, maxUnavailable(daemonSet, running.length) - unavailable);
  return [...old.filter((pod) => !isPodReady(pod)), ...old.filter(isPodReady).slice(0, budget)];
}

/** A count or a share of the nodes, rounded up; never 0. */
export function maxUnavailable(daemonSet: DaemonSet, desired: number): number {
  const value = daemonSet.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const count = typeof value === 'string' ? Math.ceil((Number.parseFloat(value) / 100) * desired) : value;
  return Math.max(1, count);
}

function isLive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined;
}
