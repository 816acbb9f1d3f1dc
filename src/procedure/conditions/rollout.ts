import type { DaemonSetFacts, KubernetesFacts } from '../facts.ts';
import type { Progress } from '../plan.ts';

/** Whether every pod of calico-node has the present template and is available (calico.md 14.1). */
export function rolloutState({ calicoNode }: KubernetesFacts): Exclude<Progress, { kind: 'stuck' }> {
  if (calicoNode === undefined) return pending('the DaemonSet calico-node to be read');
  if (calicoNode === null) return pending('the DaemonSet calico-node, which is not there yet');
  return daemonSetState('calico-node', calicoNode);
}

export function daemonSetState(name: string, daemonSet: DaemonSetFacts): Exclude<Progress, { kind: 'stuck' }> {
  const { desired, updated, available } = daemonSet;
  if (daemonSet.observedGeneration < daemonSet.generation) return pending(`${name}: its rollout to begin`);
  if (desired === 0) return pending(`${name}: a node that it can run on`);
  if (updated < desired) return pending(`${name}: ${updated} of ${desired} nodes updated`);
  if (available < desired) return pending(`${name}: ${available} of ${desired} nodes available`);
  return { kind: 'done' };
}

function pending(waitingFor: string): { kind: 'pending'; waitingFor: string } {
  return { kind: 'pending', waitingFor };
}
