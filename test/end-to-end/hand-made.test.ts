import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld, until, type TestCluster } from '../support/world.ts';

const felixOf = (cluster: TestCluster) => cluster.object('crd.projectcalico.org/felixconfigurations', 'default');
const annotationOf = (cluster: TestCluster) =>
  felixOf(cluster)?.metadata.annotations?.['operator.tigera.io/bpfEnabled'];

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

function degradedOf(cluster: TestCluster): Condition | undefined {
  const conditions = cluster.object('operator.tigera.io/tigerastatuses', 'calico')?.status['conditions'] as Condition[];
  return conditions.find(({ type }) => type === 'Degraded');
}

describe("the article's last step alone, by hand, on a cluster of today", { timeout: 240_000 }, () => {
  it('degrades the operator; a run heals and enables it, and disable ends clean', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createUnannounced('hand-made');
    const by = await cluster.patchByHand('crd.projectcalico.org/felixconfigurations', 'default', {
      spec: { bpfEnabled: true },
    });
    if (by !== 'kubectl') t.diagnostic('NO kubectl ON THE PATH: the patch was sent as kubectl sends it');
    const degraded = await until('the operator to be degraded', () => {
      const condition = degradedOf(cluster);
      return condition?.status === 'True' ? condition : undefined;
    });
    assert.equal(degraded.reason, 'ResourceUpdateError');
    assert.match(
      degraded.message,
      /Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration\./,
    );

    const enabled = await cluster.request('enable');

    assert.deepEqual([enabled.outcome, enabled.reasons], ['enabled', []]);
    assert.ok(enabled.notices.some(({ code }) => code === 'HAND_MADE_TAKEN_OVER'));
    assert.equal(enabled.steps.at(-1)?.id, 'ownership');
    assert.equal(annotationOf(cluster), 'true');
    assert.equal(degradedOf(cluster)?.status, 'False');

    const undone = await cluster.request('disable');

    assert.deepEqual([undone.outcome, undone.reasons], ['undone', []]);
    assert.equal(annotationOf(cluster), 'false');
    assert.equal(felixOf(cluster)?.spec['bpfEnabled'], false);
    assert.equal(degradedOf(cluster)?.status, 'False');
  });
});
