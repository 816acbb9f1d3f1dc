import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { draft } from './draft.ts';
import type { KubernetesFacts } from './facts.ts';
import { progress } from './conditions/index.ts';
import type { Change, Plan, Step } from './plan.ts';
import { clusterFacts, freshE1, freshE4, host, modifiedBySomeoneElse, settings } from './testing/facts.ts';
import { carryOut, worldOf, type World } from './testing/world.ts';
import { prove } from './proof/index.ts';

function planFor(facts: KubernetesFacts): Plan {
  return draft(clusterFacts(facts), settings);
}

function changesOf(plan: Plan): { step: Step; change: Change }[] {
  return plan.steps.flatMap((step) => step.changes.map((change) => ({ step, change })));
}

/** Carries the first `count` changes out. */
function enable(facts: KubernetesFacts, count = Infinity): World {
  let world = worldOf(facts);
  for (const { step, change } of changesOf(planFor(facts)).slice(0, count)) world = carryOut(world, change, step.id);
  return world;
}

function handMade(): KubernetesFacts {
  const facts = freshE4({ tigeraStatus: modifiedBySomeoneElse(2) });
  const felix = facts.felixConfiguration;
  assert.ok(felix);
  return { ...facts, felixConfiguration: { ...felix, spec: { ...felix.spec, bpfEnabled: true } } };
}

function operatorOf(tag: string): NonNullable<KubernetesFacts['operator']> {
  const image = `mcr.microsoft.com/oss/tigera/operator:${tag}`;
  return { image, dnsPolicy: 'ClusterFirstWithHostNet', available: 1, upToDate: true };
}

function without(facts: KubernetesFacts, field: 'bpfEnabled'): KubernetesFacts {
  const felix = facts.felixConfiguration;
  assert.ok(felix);
  const { [field]: _removed, ...spec } = felix.spec;
  return { ...facts, felixConfiguration: { ...felix, spec } };
}

const starts: Record<string, () => KubernetesFacts> = {
  'a fresh E4 cluster': () => freshE4(),
  'a fresh E1 cluster': () => freshE1(),
  'an E4 cluster with workloads': () => freshE4({ workloadPods: 7 }),
  'a hand-made E4 cluster': handMade,
  'an E4 cluster whose bpfEnabled was removed': () => without(freshE4(), 'bpfEnabled'),
};

describe('draft', () => {
  it('enables a fresh E4 cluster with four writes in one rollout', () => {
    const plan = planFor(freshE4());

    assert.equal(plan.procedure, 'coexist');
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['felix-options', 'dns-override', 'endpoint', 'data-plane'],
    );
    assert.deepEqual(
      changesOf(plan).map(({ change }) => (change.kind === 'merge' ? change.patch : change.kind)),
      [
        {
          spec: {
            bpfKubeProxyIptablesCleanupEnabled: false,
            bpfKubeProxyHealthzPort: 10258,
            bpfConnectTimeLoadBalancing: 'Disabled',
            bpfAttachType: 'TC',
          },
        },
        { spec: { calicoNodeDaemonSet: { spec: { template: { spec: { dnsPolicy: 'Default' } } } } } },
        'apply',
        { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } },
      ],
    );
    assert.equal(enable(freshE4()).writes, 4);
    assert.deepEqual(
      plan.steps.map(({ until }) => until.map(({ kind }) => kind)),
      [
        [],
        [],
        ['template-environment'],
        ['template-environment', 'template-dns-policy-differs', 'rollout-complete', 'bpf-enabled', 'operator-settled'],
      ],
    );
  });

  it('leaves the DNS override out where calico-node does not use the DNS of the cluster', () => {
    const facts = freshE4();
    assert.ok(facts.calicoNode && facts.operator);
    const own = { ...facts, calicoNode: { ...facts.calicoNode, dnsPolicy: 'Default' } };
    const configured = { ...facts, calicoNode: { ...facts.calicoNode, hasDnsConfig: true } };
    const fixed = {
      ...facts,
      operator: { ...facts.operator, image: 'mcr.microsoft.com/oss/tigera/operator:v1.40.16' },
    };

    for (const variant of [own, configured, fixed]) {
      const ids = planFor(variant).steps.map(({ id }) => id);
      assert.deepEqual(ids, ['felix-options', 'endpoint', 'data-plane']);
    }
  });

  it('asks versions up to the ends of their ranges', () => {
    const first = planFor(freshE4({ calicoVersion: 'v3.31.0', operator: operatorOf('v1.40.0') }));
    const last = planFor(freshE4({ operator: operatorOf('v1.40.15') }));

    for (const plan of [first, last]) {
      assert.ok(plan.steps.some(({ id }) => id === 'dns-override'));
      assert.equal(plan.expectation.felix['bpfAttachType'], 'TC');
    }
  });

  it('leaves out the two fields for the kernel where Calico has the fix', () => {
    const [step] = planFor(freshE4({ calicoVersion: 'v3.31.3' })).steps;

    assert.deepEqual(
      step?.changes.map((change) => change.kind === 'merge' && change.patch),
      [{ spec: { bpfKubeProxyIptablesCleanupEnabled: false, bpfKubeProxyHealthzPort: 10258 } }],
    );
  });

  it('keeps a healthz port that is free already', () => {
    const facts = freshE4();
    assert.ok(facts.felixConfiguration);
    const spec = { ...facts.felixConfiguration.spec, bpfKubeProxyHealthzPort: 10300 };
    const plan = planFor({ ...facts, felixConfiguration: { ...facts.felixConfiguration, spec } });

    assert.equal(plan.expectation.felix['bpfKubeProxyHealthzPort'], 10300);
    assert.doesNotMatch(JSON.stringify(plan.steps), /10258/);
  });

  it('awaits the rollout of the name first where workloads run', () => {
    const plan = planFor(freshE4({ workloadPods: 7 }));

    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['felix-options', 'dns-override', 'endpoint', 'endpoint-rollout', 'data-plane'],
    );
    assert.deepEqual(
      plan.steps[3]?.until.map(({ kind }) => kind),
      ['template-environment', 'rollout-complete'],
    );
  });

  it('restarts the operator once where it does not take the name up by itself', () => {
    const endpoint = planFor(freshE4()).steps.find(({ id }) => id === 'endpoint');

    assert.equal(endpoint?.fallback?.afterSeconds, settings.kubeletWaitSeconds);
    assert.deepEqual(endpoint?.fallback?.changes, [
      { kind: 'delete-pods', namespace: 'tigera-operator', labelSelector: 'k8s-app=tigera-operator' },
    ]);
  });

  it('carries the article out literally on E1', () => {
    const plan = planFor(freshE1());

    assert.equal(plan.procedure, 'article');
    assert.deepEqual(
      plan.steps.map(({ id, waitSeconds }) => [id, waitSeconds]),
      [
        ['autodetection', undefined],
        ['endpoint', undefined],
        ['kubelet', 60],
        ['endpoint-rollout', undefined],
        ['felix-options', undefined],
        ['kube-proxy', undefined],
        ['bpf', undefined],
        ['watch-kube-proxy', 600],
      ],
    );
    const patches = changesOf(plan).flatMap(({ change }) => (change.kind === 'merge' ? [change.patch] : []));
    assert.deepEqual(patches, [
      { spec: { calicoNetwork: { nodeAddressAutodetectionV4: { canReach: '8.8.8.8' } } } },
      { spec: { bpfKubeProxyIptablesCleanupEnabled: false } },
      { spec: { template: { spec: { nodeSelector: { 'non-calico': 'true' } } } } },
      { spec: { bpfEnabled: true } },
    ]);
    assert.deepEqual(
      plan.steps.map(({ until }) => until.map(({ kind }) => kind)),
      [
        [],
        [],
        ['template-environment'],
        ['template-environment', 'rollout-complete', 'operator-settled'],
        [],
        ['kube-proxy-running'],
        [],
        ['kube-proxy-running'],
      ],
    );
    assert.equal(plan.steps.at(-1)?.otherwise?.code, 'KUBE_PROXY_RETURNED');
    assert.equal(plan.steps.at(-1)?.afterProof, true);
  });

  it('takes the other autodetection methods away, since two are an error', () => {
    const facts = freshE1();
    assert.ok(facts.installation);
    const spec = { calicoNetwork: { nodeAddressAutodetectionV4: { interface: 'eth0' } } };
    const plan = planFor({ ...facts, installation: { ...facts.installation, spec } });

    assert.deepEqual(
      plan.steps[0]?.changes.map((change) => change.kind === 'merge' && change.patch),
      [{ spec: { calicoNetwork: { nodeAddressAutodetectionV4: { canReach: '8.8.8.8', interface: null } } } }],
    );
    assert.match(
      plan.notices.map(({ message }) => message).join(),
      /interface eth0 is replaced by canReach 8\.8\.8\.8/,
    );
  });

  it('hands a hand-made bpfEnabled over last, and does not wait for its annotation before', () => {
    const plan = planFor(handMade());
    const dataPlane = plan.steps.find(({ id }) => id === 'data-plane');

    assert.equal(plan.steps.at(-1)?.id, 'ownership');
    assert.deepEqual(
      dataPlane?.until.find(({ kind }) => kind === 'bpf-enabled'),
      { kind: 'bpf-enabled', value: true, annotated: false },
    );
    assert.ok(plan.notices.some(({ code }) => code === 'HAND_MADE_TAKEN_OVER'));
  });

  it('does not take kube-proxy away again where AKS has put it back', () => {
    const world = enable(freshE1());
    assert.ok(world.facts.kubeProxy);
    const returned = { ...world.facts.kubeProxy, nodeSelector: {}, desired: 3, updated: 3, available: 3 };
    const plan = planFor({ ...world.facts, kubeProxy: returned });

    assert.deepEqual(changesOf(plan), []);
    assert.ok(plan.notices.some(({ code }) => code === 'KUBE_PROXY_RETURNED'));
  });

  it('throws on a cluster that is not supported, by name', () => {
    assert.throws(() => planFor(freshE4({ calicoVersion: 'v3.32.0' })), /Calico 3\.32\.0 with operator 1\.40\.2/);
  });

  for (const [name, start] of Object.entries(starts)) {
    it(`has nothing left to write after the plan for ${name}`, () => {
      const { facts } = enable(start());
      const again = planFor(facts);

      assert.deepEqual(changesOf(again), []);
      assert.deepEqual(again.steps, []);
      assert.equal(prove(facts, [], again.expectation).configuration.result, 'proven');
      assert.equal(prove(facts, [], again.expectation).rollout.result, 'proven');
    });

    it(`reaches every step's effect on ${name}`, () => {
      let world = worldOf(start());
      for (const step of planFor(world.facts).steps) {
        for (const change of step.changes) world = carryOut(world, change, step.id);
        assert.deepEqual(progress(step.until, world.facts), { kind: 'done' }, step.id);
      }
    });

    it(`is taken up from any prefix of its writes on ${name}`, () => {
      const whole = enable(start());
      const count = changesOf(planFor(start())).length;
      for (let prefix = 0; prefix <= count; prefix += 1) {
        const { facts } = enable(enable(start(), prefix).facts);
        assert.deepEqual(facts.felixConfiguration, whole.facts.felixConfiguration, `after ${prefix} writes`);
        assert.deepEqual(facts.endpointConfigMap, whole.facts.endpointConfigMap, `after ${prefix} writes`);
        assert.deepEqual(facts.installation?.spec, whole.facts.installation?.spec, `after ${prefix} writes`);
        assert.equal(facts.calicoNode?.environment['KUBERNETES_SERVICE_HOST'], host);
      }
    });
  }

  it('gives more nodes more time, and larger waves less', () => {
    const patienceOf = (desired: number, maxUnavailable: number | string) => {
      const facts = freshE4();
      assert.ok(facts.calicoNode);
      const plan = planFor({ ...facts, calicoNode: { ...facts.calicoNode, desired, maxUnavailable } });
      return plan.steps.find(({ id }) => id === 'data-plane')?.patienceSeconds ?? 0;
    };

    assert.ok(patienceOf(20, 1) > patienceOf(3, 1));
    assert.ok(patienceOf(20, 5) < patienceOf(20, 1));
    assert.equal(patienceOf(20, '25%'), patienceOf(20, 5));
  });
});
