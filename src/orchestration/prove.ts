import type { Plan, Proof } from '../procedure/plan.ts';
import type { Reason } from '../reasons.ts';
import { callCluster, stopwatch } from './call-cluster.ts';
import { pause, pollSeconds, type Durable } from './durable.ts';
import { base, type RunInProgress } from './run-in-progress.ts';

/** A kubelet's readiness probe may take 90 s to tell the truth (calico.md 6), a restarted Felix a few seconds. */
const patienceSeconds = 5 * 60;

export type Proving = { kind: 'proof'; proof: Proof } | { kind: 'failed'; reason: Reason };

/** Looks until eBPF is proven or disproven; what is disproven is looked at twice, what stays unknown is told as it is. */
export function* prove(run: RunInProgress, plan: Plan, since: string | undefined): Durable<Proving> {
  const elapsed = stopwatch(run);
  let disproven = false;
  for (;;) {
    const { expectation } = plan;
    const waited = elapsed();
    const called = yield* callCluster(run, 'proveRun', () => ({ ...base(run), expectation, since }));
    if (called.ok) {
      const { proof } = called.value;
      if (proof.result === 'proven') return { kind: 'proof', proof };
      if (proof.result === 'disproven' && disproven) return { kind: 'proof', proof };
      disproven = proof.result === 'disproven';
      if (!disproven && waited >= patienceSeconds) return { kind: 'proof', proof };
    } else if (!called.transient || waited >= patienceSeconds) {
      return { kind: 'failed', reason: called.reason };
    }
    yield* pause(run.df, disproven ? 10 : pollSeconds(waited));
  }
}

/** The layers and nodes that are not proven, in one sentence. */
export function evidenceAgainst(proof: Proof): string {
  const layers = [proof.configuration, proof.rollout].flatMap((layer) =>
    layer.result === 'proven' ? [] : layer.evidence.slice(0, 1),
  );
  const nodes = proof.nodes.flatMap((node) => (node.result === 'proven' ? [] : [`${node.node}: ${node.evidence}`]));
  const shown = [...layers, ...nodes].slice(0, 3);
  const hidden = layers.length + nodes.length - shown.length;
  return shown.join('; ') + (hidden > 0 ? `; and ${hidden} more` : '');
}
