import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeChange, describePlan } from './describe.ts';
import { draft } from './draft.ts';
import type { KubernetesFacts } from './facts.ts';
import { installation } from './objects.ts';
import { clusterFacts, freshE1, freshE4, host, settings } from './testing/facts.ts';

function described(facts: KubernetesFacts): ReturnType<typeof describePlan> {
  return describePlan(draft(clusterFacts(facts), settings));
}

describe('describePlan', () => {
  it('has one line for each value that is written', () => {
    const { steps } = described(freshE4());

    assert.deepEqual(
      steps.flatMap(({ changes }) => changes),
      [
        'FelixConfiguration default: spec.bpfKubeProxyIptablesCleanupEnabled = false',
        'FelixConfiguration default: spec.bpfKubeProxyHealthzPort = 10258',
        'FelixConfiguration default: spec.bpfConnectTimeLoadBalancing = "Disabled"',
        'FelixConfiguration default: spec.bpfAttachType = "TC"',
        'Installation default: spec.calicoNodeDaemonSet.spec.template.spec.dnsPolicy = "Default"',
        `ConfigMap tigera-operator/kubernetes-services-endpoint: data.KUBERNETES_SERVICE_HOST = "${host}"`,
        'ConfigMap tigera-operator/kubernetes-services-endpoint: data.KUBERNETES_SERVICE_PORT = "443"',
        'Installation default: spec.calicoNetwork.linuxDataplane = "BPF"',
      ],
    );
  });

  it('says what each step of the article waits for', () => {
    const { steps } = described(freshE1());
    const kubelet = steps.find(({ id }) => id === 'kubelet');

    assert.deepEqual(kubelet?.changes, [
      'Pods k8s-app=tigera-operator in tigera-operator: deleted, their Deployment makes new ones',
    ]);
    assert.deepEqual(kubelet?.waitsFor, [
      '60 s to pass, before the change',
      `calico-node's template shows KUBERNETES_SERVICE_HOST=${host}`,
    ]);
  });

  it('is JSON', () => {
    const plan = described(freshE1());

    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  });
});

describe('describeChange', () => {
  it('tells what a restoration brings back', () => {
    const image = { object: installation, after: 'BPF', step: 'data-plane' };
    const lines = describeChange({
      kind: 'restore',
      object: installation,
      images: [
        { ...image, path: ['spec', 'a'], before: { present: true, value: 'Iptables' } },
        { ...image, path: ['spec', 'b'], before: { present: false, absentFrom: 1 } },
        { ...image, path: [], before: { present: false, absentFrom: 0 } },
      ],
    });

    assert.deepEqual(lines, [
      'Installation default: spec.a = "Iptables" (as it was)',
      'Installation default: spec.b removed (as it was)',
      'Installation default: the object removed (as it was)',
    ]);
  });

  it('tells what a merge removes', () => {
    const lines = describeChange({ kind: 'merge', object: installation, patch: { spec: { a: null, b: {} } } });

    assert.deepEqual(lines, ['Installation default: spec.a removed', 'Installation default: spec.b = {}']);
  });
});
