import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld, type TestCluster } from '../support/world.ts';

interface ProofDocument {
  result: string;
  nodes: { node: string; result: string; evidence: string; line?: string }[];
}

function nodeNames(cluster: TestCluster): string[] {
  return cluster.apiServer.store.list('/nodes').map(({ object }) => object.metadata.name);
}

const misbehaviours = [
  { behaviour: 'panics', line: /PANIC/, index: 1 },
  { behaviour: 'dirty', line: /leaving it dirty/, index: 2 },
] as const;

describe('a node on which eBPF does not work', { timeout: 240_000 }, () => {
  for (const { behaviour, line, index } of misbehaviours) {
    it(`undoes the run and is named with the line that says so (${behaviour})`, async (t) => {
      const world = await startWorld(t, { azure: { variant: () => ({ behaviours: { [index]: [behaviour] } }) } });
      const cluster = await world.createCluster(behaviour);
      const node = nodeNames(cluster)[index];

      const run = await cluster.finished();

      assert.equal(run.outcome, 'undone');
      assert.equal(run.reasons[0]?.code, 'PROOF_DISPROVEN');
      assert.match(run.reasons[0]?.message ?? '', new RegExp(String(node)));
      const proof = run.proof as unknown as ProofDocument;
      assert.equal(proof.result, 'disproven');
      const [disproven, ...others] = proof.nodes.filter(({ result }) => result === 'disproven');
      assert.deepEqual([disproven?.node, others.length], [node, 0]);
      assert.match(disproven?.line ?? '', line);
      const installation = cluster.object('operator.tigera.io/installations', 'default');
      assert.partialDeepStrictEqual(installation?.spec, { calicoNetwork: { linuxDataplane: 'Iptables' } });
      assert.equal(cluster.object('/configmaps', 'kubernetes-services-endpoint', 'tigera-operator'), undefined);
    });
  }
});
