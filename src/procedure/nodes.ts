import type { DaemonSetFacts, KubernetesFacts, NodeFacts } from './facts.ts';

/** Nodes where calico-node is expected: virtual kubelets have none, Windows is refused elsewhere (calico.md 3). */
export function calicoNodesOf(facts: KubernetesFacts): NodeFacts[] {
  return (facts.nodes ?? []).filter((node) => !node.virtual && node.operatingSystem !== 'windows');
}

const rolloutBaseSeconds = 300;
/** A pod's stop, start and readiness, with an image that may have to be pulled. */
const waveSeconds = 120;

/** How long a rollout of calico-node may take: nodes in waves of `maxUnavailable`. */
export function rolloutPatience(facts: KubernetesFacts): number {
  const nodes = Math.max(facts.calicoNode?.desired ?? 0, calicoNodesOf(facts).length, 1);
  const waves = Math.ceil(nodes / waveSize(facts.calicoNode?.maxUnavailable, nodes));
  return rolloutBaseSeconds + waves * waveSeconds;
}

function waveSize(maxUnavailable: DaemonSetFacts['maxUnavailable'] | undefined, nodes: number): number {
  const percent = /^(\d+)%$/.exec(String(maxUnavailable))?.[1];
  const size = percent === undefined ? Number(maxUnavailable) : Math.ceil((nodes * Number(percent)) / 100);
  return Number.isFinite(size) && size >= 1 ? size : 1;
}
