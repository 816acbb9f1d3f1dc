import { operatorState } from '../conditions/operator.ts';
import { rolloutState } from '../conditions/rollout.ts';
import type { KubernetesFacts } from '../facts.ts';
import type { LayerProof, ProofExpectation } from '../plan.ts';
import { check, layer, unread } from './configuration.ts';

const bootstrapContainers = ['ebpf-bootstrap', 'mount-bpffs'];

/** Section 6, the rollout layer: what is under way is unknown, what no waiting clears is disproven. */
export function proveRollout(facts: KubernetesFacts, { linuxDataplane }: ProofExpectation): LayerProof {
  const rollout = rolloutState(facts);
  const operator = operatorState(facts);
  const checks = [
    rollout.kind === 'done'
      ? check(true, `calico-node is up to date on ${facts.calicoNode?.desired ?? 0} nodes`)
      : ({ result: 'unknown', evidence: `waiting for ${rollout.waitingFor}` } as const),
  ];
  if (operator.kind === 'stuck') checks.push(check(false, operator.reason.message));
  else if (operator.kind === 'settled') checks.push(check(true, 'TigeraStatus calico is Available'));
  else checks.push({ result: 'unknown', evidence: `waiting for ${operator.waitingFor}` });
  // E1 has no mount of its own: the host's is used (calico.md 2).
  if (linuxDataplane !== undefined) checks.push(...mountChecks(facts));
  return layer(checks);
}

function mountChecks({ calicoNode }: KubernetesFacts): ReturnType<typeof check>[] {
  if (!calicoNode) return [unread('the DaemonSet calico-node')];
  const mounted = calicoNode.volumes.includes('bpffs');
  const prepared = calicoNode.initContainers.some((name) => bootstrapContainers.includes(name));
  return [
    check(mounted, `calico-node ${mounted ? 'mounts' : 'does not mount'} the BPF file system`),
    check(prepared, `calico-node ${prepared ? 'prepares' : 'does not prepare'} the node for eBPF when it starts`),
  ];
}
