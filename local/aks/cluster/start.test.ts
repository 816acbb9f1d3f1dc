import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeBehaviour } from '../actors/behaviours.ts';
import type { Pod } from '../actors/objects.ts';
import { isPodReady } from '../actors/objects.ts';
import {
  configMaps,
  daemonSets,
  felixConfigurations,
  installations,
  nodes,
  pods,
  replicaSets,
  tigeraStatuses,
} from '../actors/resources.ts';
import { nodeLog } from './node-logs.ts';
import { startTestCluster, type TestCluster, type TestClusterOptions } from './test-cluster.ts';

const first = 'aks-nodepool1-12345678-vmss000000';
const host = 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io';
const workaround = { bpfConnectTimeLoadBalancing: 'Disabled', bpfAttachType: 'TC' };
const readyLine = 'name="BPFEndpointManager" newReport="ready"';

async function inCluster(options: TestClusterOptions, use: (test: TestCluster) => Promise<void>): Promise<void> {
  const test = await startTestCluster(options);
  try {
    await use(test);
    assert.deepEqual(test.errors, []);
  } finally {
    await test.stop();
  }
}

async function felixSpec({ api }: TestCluster): Promise<Record<string, unknown>> {
  return (await api.get(felixConfigurations, { name: 'default' }))?.spec ?? {};
}

/** Options of Felix, the data plane, and the wait for the operator's flip. */
async function switchOn(test: TestCluster, felix: object): Promise<void> {
  await test.api.patch(felixConfigurations, { name: 'default' }, { spec: felix });
  await test.api.patch(installations, { name: 'default' }, { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } });
  await test.until('bpfEnabled is true', async () => (await felixSpec(test))['bpfEnabled'] === true);
}

async function untilLogSays(test: TestCluster, node: string, pattern: string | RegExp, times = 1): Promise<string> {
  let text = '';
  await test.until(`the log of ${node} says ${pattern} ${times} times`, async () => {
    ({ text } = await nodeLog(test, node));
    return text.split(pattern).length > times;
  });
  return text;
}

async function calicoPod({ api }: TestCluster, node: string): Promise<Pod | undefined> {
  const { items } = await api.list(pods);
  return items.find((pod) => pod.metadata.labels?.['k8s-app'] === 'calico-node' && pod.spec.nodeName === node);
}

describe('a cluster of today', { concurrency: 4 }, () => {
  it('counts the pods of each ReplicaSet, as kubectl shows them', () =>
    inCluster({}, async ({ api, until }) => {
      await until('each ReplicaSet has its pods ready', async () => {
        const { items } = await api.list(replicaSets);
        const counts = items.map(({ spec, status }) => [spec.replicas ?? 1, status?.readyReplicas ?? 0]);
        return counts.length > 0 && counts.every(([wanted, ready]) => wanted === ready);
      });
    }));

  it('is switched with one pod of calico-node for each node', () =>
    inCluster({}, async (test) => {
      const { api, cluster } = test;
      await api.create(configMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kubernetes-services-endpoint', namespace: 'tigera-operator' },
        data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' },
      });
      await test.until('the template shows the name', async () => {
        const set = await api.get(daemonSets, { name: 'calico-node', namespace: 'calico-system' });
        return JSON.stringify(set?.spec.template).includes(host);
      });
      await switchOn(test, { ...workaround, bpfKubeProxyHealthzPort: 10_258 });
      const text = await untilLogSays(test, first, readyLine);
      assert.match(text, new RegExp(`KUBERNETES_SERVICE_HOST="${host}"`));
      assert.match(text, /Starting BPF Proxy Healthz server on :10258/);
      const replaced = cluster.podsReplaced();
      assert.ok(replaced === 3 || replaced === 4, `3 nodes, and at most one that had begun before: ${replaced}`);
    }));

  const broken: { title: string; felix: object; behaviour?: NodeBehaviour; says: string; times: number }[] = [
    { title: 'panics for ever with default settings', felix: {}, says: '[PANIC]', times: 25 },
    {
      title: 'stays dirty without the attach type',
      felix: { bpfConnectTimeLoadBalancing: 'Disabled' },
      says: 'leaving it dirty',
      times: 5,
    },
    { title: 'panics where told to', felix: workaround, behaviour: 'panics', says: '[PANIC]', times: 3 },
    {
      title: 'refuses eBPF where told to',
      felix: workaround,
      behaviour: 'unsupportedKernel',
      says: 'not supported by the kernel',
      times: 1,
    },
  ];
  for (const { title, felix, behaviour, says, times } of broken) {
    it(`${title}, and never says that eBPF is ready`, () =>
      inCluster({ nodes: 1 }, async (test) => {
        if (behaviour !== undefined) test.cluster.behaviours.set(first, behaviour);
        await switchOn(test, felix);
        const text = await untilLogSays(test, first, says, times);
        assert.equal(text.includes(readyLine), false);
        const isUnready = async () => !isPodReady((await calicoPod(test, first)) ?? assert.fail('no pod'));
        if (behaviour !== 'unsupportedKernel') await test.until('three probes have failed', isUnready);
      }));
  }

  it('heals when the configuration does', () =>
    inCluster({ nodes: 1 }, async (test) => {
      await switchOn(test, {});
      await untilLogSays(test, first, '[PANIC]');
      await test.api.patch(felixConfigurations, { name: 'default' }, { spec: workaround });
      const text = await untilLogSays(test, first, readyLine);
      assert.ok(text.lastIndexOf('[PANIC]') < text.lastIndexOf(readyLine));
    }));

  it('has a calico-node that crashes on health port 0, and comes back without it', () =>
    inCluster({ nodes: 1 }, async (test) => {
      const { api } = test;
      await api.patch(felixConfigurations, { name: 'default' }, { spec: { bpfKubeProxyHealthzPort: 0 } });
      await test.until('CrashLoopBackOff', async () => {
        const status = (await calicoPod(test, first))?.status?.containerStatuses?.[0];
        return JSON.stringify(status).includes('CrashLoopBackOff') && (status?.restartCount ?? 0) > 0;
      });
      await test.until('TigeraStatus names the pod', async () => {
        const status = await api.get(tigeraStatuses, { name: 'calico' });
        return JSON.stringify(status).includes('has crash looping container: calico-node');
      });
      await api.patch(felixConfigurations, { name: 'default' }, { spec: { bpfKubeProxyHealthzPort: null } });
      await test.until('ready again', async () => isPodReady((await calicoPod(test, first)) ?? assert.fail('no pod')));
    }));

  it('waits for a node that does not answer, and goes on when it does', () =>
    inCluster({ nodes: 2 }, async (test) => {
      const { api, cluster } = test;
      cluster.behaviours.set(first, 'notReady');
      await api.patch(installations, { name: 'default' }, { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } });
      await test.until('Progressing', async () => {
        const status = await api.get(tigeraStatuses, { name: 'calico' });
        return JSON.stringify(status).includes('update is rolling out (0 out of 2 updated)');
      });
      assert.equal((await api.get(nodes, { name: first }))?.status?.conditions?.at(-1)?.status, 'Unknown');
      assert.notEqual((await nodeLog(test, first)).code, 200);
      assert.equal((await felixSpec(test))['bpfEnabled'], false);
      cluster.behaviours.set(first);
      await test.until('bpfEnabled is true', async () => (await felixSpec(test))['bpfEnabled'] === true);
    }));

  it('flips before the rollout when the gate leaks', () =>
    inCluster({ podStartSeconds: 60 }, async (test) => {
      test.cluster.operatorFaults.leaksGate = true;
      await switchOn(test, workaround);
      assert.ok(test.cluster.podsReplaced() < 3, 'no three pods start in that time');
    }));

  it('serves logs from a time on, as tails, and with timestamps', () =>
    inCluster({ nodes: 1 }, async (test) => {
      await untilLogSays(test, first, 'Completed first update to dataplane');
      const whole = (await nodeLog(test, first)).text.trimEnd().split('\n');
      const tail = (await nodeLog(test, first, '&tailLines=2')).text.trimEnd().split('\n');
      assert.deepEqual(tail, whole.slice(-2));
      const [stamped = ''] = (await nodeLog(test, first, '&tailLines=1&timestamps=true')).text.split('\n');
      assert.match(stamped, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \d{4}-/);
      const later = new Date(test.clock.now().getTime() + 3_600_000).toISOString();
      assert.equal((await nodeLog(test, first, `&sinceTime=${later}`)).text, '');
    }));

  for (const [mode, isKept] of [
    ['leave', true],
    ['restore', false],
  ] as const) {
    it(`has an add-on manager that is told to ${mode} a nodeSelector of kube-proxy`, () =>
      inCluster({ nodes: 1, addonManager: { kubeProxy: mode, afterSeconds: 30 } }, async (test) => {
        const { api } = test;
        const target = { name: 'kube-proxy', namespace: 'kube-system' };
        const selector = async () => (await api.get(daemonSets, target))?.spec.template.spec.nodeSelector ?? {};
        await api.patch(daemonSets, target, {
          spec: { template: { spec: { nodeSelector: { 'non-calico': 'true' } } } },
        });
        await test.until('kube-proxy is gone', async () => {
          const { items } = await api.list(pods);
          return !items.some((pod) => pod.metadata.labels?.['component'] === 'kube-proxy');
        });
        // Installation's supplied field comes back in either mode: after it, kube-proxy's would have, too.
        const network = { nodeAddressAutodetectionV4: { canReach: '8.8.8.8' } };
        await api.patch(installations, { name: 'default' }, { spec: { calicoNetwork: network } });
        await test.until('canReach is what AKS supplies', async () => {
          const installation = await api.get(installations, { name: 'default' });
          return JSON.stringify(installation?.spec).includes('"canReach":"1.1.1.1"');
        });
        assert.deepEqual(await selector(), isKept ? { 'non-calico': 'true' } : {});
      }));
  }
});

describe('a cluster of the article', () => {
  it('sees the endpoint when the kubelet does and the operator is restarted, not before', () =>
    inCluster({ profile: 'e1', nodes: 1, configMapRefreshSeconds: 300 }, async (test) => {
      const { api } = test;
      await api.create(configMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kubernetes-services-endpoint', namespace: 'tigera-operator' },
        data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' },
      });
      const endpoint = async () => {
        const set = await api.get(daemonSets, { name: 'calico-node', namespace: 'calico-system' });
        const env = set?.spec.template.spec.containers[0]?.env ?? [];
        return env.find((variable) => variable.name === 'KUBERNETES_SERVICE_HOST')?.value;
      };
      const restartOperator = async () => {
        const { items } = await api.list(pods);
        const old = items.find((pod) => pod.metadata.labels?.['k8s-app'] === 'tigera-operator');
        assert.ok(old);
        await api.delete(pods, old.metadata);
        await test.until('another operator runs', async () => {
          const running = (await api.list(pods)).items.filter(
            (pod) => pod.metadata.labels?.['k8s-app'] === 'tigera-operator',
          );
          return running.length === 1 && running[0]?.metadata.uid !== old.metadata.uid && running.every(isPodReady);
        });
        await test.clock.sleep(10_000);
      };
      await restartOperator();
      assert.equal(await endpoint(), '10.0.0.1', 'the kubelet has an older copy of the ConfigMap');
      await test.clock.sleep(300_000);
      assert.equal(await endpoint(), '10.0.0.1', 'the operator does not look');
      await restartOperator();
      await test.until('the template shows the name', async () => (await endpoint()) === host);
    }));

  it('takes up bpfEnabled as it is written, and keeps fields that it does not know', () =>
    inCluster({ profile: 'e1', nodes: 1 }, async (test) => {
      const spec = { bpfEnabled: true, bpfAttachType: 'TC' };
      await test.api.patch(felixConfigurations, { name: 'default' }, { spec });
      await untilLogSays(test, first, 'BPF enabled, starting BPF endpoint manager and map manager.');
      const felix = await felixSpec(test);
      assert.deepEqual([felix['bpfEnabled'], felix['bpfAttachType']], [true, 'TC']);
      const patch = { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } };
      const installation = await test.api.patch(installations, { name: 'default' }, patch);
      assert.equal(JSON.stringify(installation.spec).includes('linuxDataplane'), false, 'pruned, with a 200');
    }));
});
