import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summarise } from '../../local/aks/kubernetes/request-log.ts';
import { ofTheArticle, startWorld, type TestCluster } from '../support/world.ts';

const kubeProxyOf = (cluster: TestCluster) => cluster.object('apps/daemonsets', 'kube-proxy', 'kube-system');
const felixOf = (cluster: TestCluster) => cluster.object('crd.projectcalico.org/felixconfigurations', 'default');

describe('a cluster of the time of the article', { timeout: 240_000 }, () => {
  it('is enabled by its six steps, and disabled again', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createCluster('article', ofTheArticle);

    const run = await cluster.finished();

    const { writes } = summarise(cluster.appRequests());
    assert.deepEqual([run.outcome, run.era, run.procedure], ['enabled', 'E1', 'article']);
    assert.equal(writes, 6);
    assert.ok(!run.notices.some(({ code }) => code === 'KUBE_PROXY_RETURNED'));
    assert.deepEqual(
      run.steps.map(({ id }) => id),
      [
        'autodetection',
        'endpoint',
        'kubelet',
        'endpoint-rollout',
        'felix-options',
        'kube-proxy',
        'bpf',
        'watch-kube-proxy',
      ],
    );
    const kubelet = run.steps.find(({ id }) => id === 'kubelet');
    assert.ok((kubelet?.durationSeconds ?? 0) >= 60, 'the kubelet was given its minute');
    assert.equal(kubeProxyOf(cluster)?.status['desiredNumberScheduled'], 0);
    assert.equal(felixOf(cluster)?.spec['bpfEnabled'], true);

    const undone = await cluster.request('disable');

    assert.deepEqual([undone.outcome, undone.reasons], ['undone', []]);
    assert.equal(kubeProxyOf(cluster)?.status['desiredNumberScheduled'], 2);
    assert.doesNotMatch(JSON.stringify(kubeProxyOf(cluster)), /non-calico/);
    const felix = felixOf(cluster)?.spec ?? {};
    assert.ok(!felix['bpfEnabled']);
    assert.equal(felix['bpfKubeProxyIptablesCleanupEnabled'], undefined);
    const { calicoNetwork } = cluster.object('operator.tigera.io/installations', 'default')?.spec ?? {};
    const { nodeAddressAutodetectionV4 } = calicoNetwork as Record<string, unknown>;
    assert.deepEqual(nodeAddressAutodetectionV4, { canReach: '1.1.1.1' });
  });

  it('stays enabled beside kube-proxy when AKS puts that back, and says so', async (t) => {
    const world = await startWorld(t, {
      azure: { variant: () => ({ addonManager: { kubeProxy: 'restore', afterSeconds: 30 } }) },
    });
    const cluster = await world.createCluster('returned', ofTheArticle);

    const run = await cluster.finished();

    assert.equal(run.outcome, 'enabled');
    assert.ok(run.notices.some(({ code }) => code === 'KUBE_PROXY_RETURNED'));
    assert.equal(kubeProxyOf(cluster)?.status['desiredNumberScheduled'], 2);
    assert.equal(felixOf(cluster)?.spec['bpfKubeProxyIptablesCleanupEnabled'], false);
  });
});
