import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld, until, type TestCluster } from '../support/world.ts';

interface TigeraStatus {
  status: { conditions: { type: string; status: string; reason: string; message: string }[] };
}

async function degradedOf(cluster: TestCluster): Promise<TigeraStatus['status']['conditions'][number] | undefined> {
  const status = JSON.parse(await cluster.kubectl('get', 'tigerastatus', 'calico', '-o', 'json')) as TigeraStatus;
  return status.status.conditions.find(({ type }) => type === 'Degraded');
}

const annotation = (cluster: TestCluster) =>
  cluster.kubectl(
    'get',
    'felixconfiguration',
    'default',
    '-o',
    String.raw`jsonpath={.metadata.annotations.operator\.tigera\.io/bpfEnabled}`,
  );

describe("the article's last step alone, by hand, on a cluster of today", { timeout: 240_000 }, () => {
  it('degrades the operator; a run heals and enables it, and disable ends clean', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createUnannounced('hand-made');
    await cluster.kubectl(
      'patch',
      'felixconfiguration',
      'default',
      '--type=merge',
      '--patch={"spec":{"bpfEnabled":true}}',
    );
    const degraded = await until('the operator to be degraded', async () => {
      const condition = await degradedOf(cluster);
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
    assert.equal(await annotation(cluster), 'true');
    assert.equal((await degradedOf(cluster))?.status, 'False');

    const undone = await cluster.request('disable');

    assert.deepEqual([undone.outcome, undone.reasons], ['undone', []]);
    assert.equal(await annotation(cluster), 'false');
    assert.equal(
      await cluster.kubectl('get', 'felixconfiguration', 'default', '-o', 'jsonpath={.spec.bpfEnabled}'),
      'false',
    );
    assert.equal((await degradedOf(cluster))?.status, 'False');
  });
});
