import type { Condition, DaemonSet, Deployment, Pod } from '../objects.ts';
import type { Degradation } from './installation.ts';
import type { OperatorProfile } from './profiles.ts';

export interface Observed {
  daemonSets: DaemonSet[];
  deployments: Deployment[];
  pods: Pod[];
  degradation: Degradation | undefined;
  /** The Installation's generation at the last reconcile. */
  generation: number;
}

export type Verdict = Omit<Condition, 'lastTransitionTime'>;

/** What is not finished, in the operator's words; empty when all is available. */
function progressOf({ daemonSets, deployments }: Pick<Observed, 'daemonSets' | 'deployments'>): string[] {
  return [...daemonSets.map(daemonSetProgress), ...deployments.map(deploymentProgress)].filter(
    (text) => text !== undefined,
  );
}

function daemonSetProgress({ metadata, status }: DaemonSet): string | undefined {
  const name = `DaemonSet "${metadata.namespace}/${metadata.name}"`;
  if (status === undefined) return `${name} is not yet scheduled on any nodes`;
  if (status.observedGeneration !== metadata.generation) {
    const generations = `generation ${metadata.generation}, observed generation ${status.observedGeneration}`;
    return `${name} update is being processed (${generations})`;
  }
  const { updatedNumberScheduled = 0, desiredNumberScheduled, numberUnavailable = 0 } = status;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return `${name} update is rolling out (${updatedNumberScheduled} out of ${desiredNumberScheduled} updated)`;
  }
  return numberUnavailable > 0 ? `${name} is not available (awaiting ${numberUnavailable} nodes)` : undefined;
}

function deploymentProgress({ metadata, status }: Deployment): string | undefined {
  const name = `Deployment "${metadata.namespace}/${metadata.name}"`;
  const { unavailableReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {};
  if (unavailableReplicas > 0) return `${name} is not available (awaiting ${unavailableReplicas} replicas)`;
  if (availableReplicas === 0) return `${name} is not yet scheduled on any nodes`;
  if (observedGeneration === metadata.generation) return undefined;
  return `${name} update is being processed (generation ${metadata.generation}, observed generation ${observedGeneration})`;
}

function podFailure(pods: Pod[]): Degradation | undefined {
  for (const { metadata, status } of pods) {
    for (const { name, state } of status?.containerStatuses ?? []) {
      const waiting = state['waiting'] as { reason?: string } | undefined;
      if (waiting?.reason !== 'CrashLoopBackOff') continue;
      const message = `Pod ${metadata.namespace}/${metadata.name} has crash looping container: ${name}`;
      return { reason: 'PodFailure', message };
    }
  }
  return undefined;
}

/** Available, Progressing and Degraded as TigeraStatus shows them (calico.md 14.1). */
export function conditionsOf(observed: Observed, profile: OperatorProfile): Verdict[] {
  const progress = progressOf(observed).join('\n');
  const degradation = observed.degradation ?? podFailure(observed.pods);
  return profile.conditions === 'prose'
    ? inProse(progress, degradation)
    : withReasons(progress, degradation, observed.generation, profile);
}

function withReasons(
  progress: string,
  degradation: Degradation | undefined,
  observedGeneration: number,
  { allAvailable }: OperatorProfile,
): Verdict[] {
  const reason = 'AllObjectsAvailable';
  if (progress === '' && degradation === undefined) {
    return [
      { type: 'Available', status: 'True', reason, message: 'All objects available', observedGeneration },
      { type: 'Progressing', status: 'False', reason, message: allAvailable, observedGeneration },
      { type: 'Degraded', status: 'False', reason, message: allAvailable, observedGeneration },
    ];
  }
  const unknown = { status: 'False', reason: 'Unknown', observedGeneration };
  return [
    { type: 'Available', ...unknown },
    progress === ''
      ? { type: 'Progressing', ...unknown }
      : { type: 'Progressing', status: 'True', reason: 'ResourceNotReady', message: progress, observedGeneration },
    degradation === undefined
      ? { type: 'Degraded', ...unknown }
      : { type: 'Degraded', status: 'True', ...degradation, observedGeneration },
  ];
}

function inProse(progress: string, degradation: Degradation | undefined): Verdict[] {
  return [
    progress === ''
      ? { type: 'Available', status: 'True', reason: 'All objects available' }
      : { type: 'Available', status: 'False' },
    progress === ''
      ? { type: 'Progressing', status: 'False' }
      : { type: 'Progressing', status: 'True', reason: 'Not all pods are ready', message: progress },
    degradation === undefined
      ? { type: 'Degraded', status: 'False' }
      : { type: 'Degraded', status: 'True', ...degradation },
  ];
}

/** The verdicts as conditions; a transition is a change of `status`. */
export function transition(known: Condition[], verdicts: Verdict[], now: string): Condition[] {
  return verdicts.map((verdict) => {
    const before = known.find((condition) => condition.type === verdict.type);
    const lastTransitionTime = before?.status === verdict.status ? (before.lastTransitionTime ?? now) : now;
    return { ...verdict, lastTransitionTime };
  });
}
