import type { FactName, KubernetesFacts, NodeLog } from '../facts.ts';
import type { Proof, ProofExpectation } from '../plan.ts';
import { proveConfiguration, worstOf } from './configuration.ts';
import { proveNodes } from './nodes.ts';
import { proveRollout } from './rollout.ts';

/** The reads that a proof needs beside the nodes' logs. */
export const factsOfProof: readonly FactName[] = [
  'nodes',
  'installations',
  'tigeraStatus',
  'felixConfigurations',
  'calicoNode',
  'kubeProxy',
  'endpointConfigMap',
];

/**
 * Evidence that eBPF carries the traffic, in layers (calico.md 6). `logs` are calico-node's since the switch, or as
 * far as they go; a node without a log is unknown, and so is a cluster without nodes.
 */
export function prove(facts: KubernetesFacts, logs: readonly NodeLog[], expectation: ProofExpectation): Proof {
  const configuration = proveConfiguration(facts, expectation);
  const rollout = proveRollout(facts, expectation);
  const nodes = proveNodes(facts, logs, expectation);
  const ofNodes = nodes.length > 0 ? nodes.map(({ result }) => result) : (['unknown'] as const);
  return { result: worstOf([configuration.result, rollout.result, ...ofNodes]), configuration, rollout, nodes };
}
