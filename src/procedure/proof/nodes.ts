import { readFelixLog, type FelixState } from '../conditions/felix-log.ts';
import type { KubernetesFacts, NodeFacts, NodeLog } from '../facts.ts';
import { calicoNodesOf } from '../nodes.ts';
import type { NodeProof, ProofExpectation, ProofResult } from '../plan.ts';

interface Verdict {
  result: ProofResult;
  evidence: string;
}

const longestLine = 300;

/** Section 6, the data layer: the only real proof, one node at a time, by what its own Felix said. */
export function proveNodes(
  facts: KubernetesFacts,
  logs: readonly NodeLog[],
  expectation: ProofExpectation,
): NodeProof[] {
  return calicoNodesOf(facts).map((node) => {
    const log = logs.find((log) => log.node === node.name);
    return proveNode(node, log, expectation);
  });
}

function proveNode(node: NodeFacts, log: NodeLog | undefined, { reportsEndpointManager }: ProofExpectation): NodeProof {
  const silence = silenceOf(node, log);
  if (!log?.lines || silence !== undefined) return { node: node.name, ...unknown(silence ?? 'it has no log') };
  const state = readFelixLog(log.lines, reportsEndpointManager);
  const verdict = verdictOf(state, log.ready, reportsEndpointManager);
  const line = verdict.result === 'disproven' ? (state.panicLine ?? state.line) : state.line;
  return { node: node.name, ...verdict, line: line === undefined ? undefined : shortened(line) };
}

/** Why there is nothing to read of this node. */
function silenceOf(node: NodeFacts, log: NodeLog | undefined): string | undefined {
  if (!node.ready) return 'the node is not ready';
  if (log?.lines) return undefined;
  const problem = log?.problem ?? 'no reason given';
  return log?.pod === undefined
    ? `no calico-node was found there (${problem})`
    : `its log could not be read: ${problem}`;
}

function verdictOf(state: FelixState, ready: boolean, reportsEndpointManager: boolean): Verdict {
  if (state.phase !== 'ready' && state.panics >= 2) {
    return { result: 'disproven', evidence: `Felix panicked ${state.panics} times and never became ready` };
  }
  switch (state.phase) {
    case 'ready':
      return { result: 'proven', evidence: 'Felix reports its BPF endpoint manager ready' };
    case 'unsupported':
      return { result: 'disproven', evidence: 'Felix says that the kernel does not support eBPF' };
    case 'dirty':
      return { result: 'disproven', evidence: 'Felix could not load its programs: endpoints stay without eBPF' };
    case 'announced':
      if (reportsEndpointManager) return unknown('Felix has begun with eBPF, and is not ready yet');
      // A guess: up to 3.27 Felix says nothing after its announcement, but for what goes wrong (calico.md 6).
      return ready
        ? {
            result: 'proven',
            evidence:
              'Felix began with eBPF, nothing went wrong since, and its pod is ready (this version says no more)',
          }
        : unknown('Felix has begun with eBPF, and its pod is not ready yet');
    case 'panicked':
      return unknown('Felix panicked once, and is not ready again yet');
    case 'starting':
      return unknown('Felix is starting');
    case 'off':
      return unknown('Felix still runs without eBPF');
    case 'silent':
      return unknown('its log says nothing about eBPF any more');
  }
}

function unknown(evidence: string): { result: 'unknown'; evidence: string } {
  return { result: 'unknown', evidence };
}

function shortened(line: string): string {
  const first = line.split('\n', 1)[0] ?? '';
  return first.length > longestLine ? `${first.slice(0, longestLine - 1)}…` : first;
}
