import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progress } from '../conditions/index.ts';
import { draft } from '../draft.ts';
import type { KubernetesFacts } from '../facts.ts';
import type { Change, Step } from '../plan.ts';
import { clusterFacts, freshE1, freshE4, modifiedBySomeoneElse, settings } from '../testing/facts.ts';
import { carryOut, worldOf, type World } from '../testing/world.ts';
import { wayBack } from './index.ts';

function enable(facts: KubernetesFacts, count = Infinity): World {
  const { steps } = draft(clusterFacts(facts), settings);
  const changes = steps.flatMap((step) => step.changes.map((change) => ({ step, change })));
  let world = worldOf(facts);
  for (const { step, change } of changes.slice(0, count)) world = carryOut(world, change, step.id);
  return world;
}

/** Carries the way back out, or its first `count` changes. */
function goBack(world: World, count = Infinity): World {
  let left = count;
  for (const step of wayBack(world.images, world.facts)) {
    for (const change of step.changes) {
      if (left === 0) return world;
      world = carryOut(world, change, step.id);
      left -= 1;
    }
    assert.deepEqual(effectOf(step, world.facts), { kind: 'done' }, step.id);
  }
  return world;
}

function effectOf(step: Step, facts: KubernetesFacts): ReturnType<typeof progress> {
  return progress(
    step.until.filter(({ kind }) => kind !== 'felix-bpf-off'),
    facts,
  );
}

function ids(steps: Step[]): string[] {
  return steps.map(({ id }) => id);
}

/** Everything that the way back answers for; generations and the operator's own fields move on. */
function restorable({ felixConfiguration, ...facts }: KubernetesFacts): unknown {
  return {
    installation: facts.installation?.spec,
    felix: felixConfiguration?.spec,
    annotations: felixConfiguration?.annotations,
    configMap: facts.endpointConfigMap,
    kubeProxy: facts.kubeProxy?.nodeSelector,
    environment: facts.calicoNode?.environment,
    dnsPolicy: facts.calicoNode?.dnsPolicy,
  };
}

function handMade(): KubernetesFacts {
  const facts = freshE4({ tigeraStatus: modifiedBySomeoneElse(2) });
  assert.ok(facts.felixConfiguration);
  const spec = { ...facts.felixConfiguration.spec, bpfEnabled: true };
  return { ...facts, felixConfiguration: { ...facts.felixConfiguration, spec } };
}

const starts: Record<string, () => KubernetesFacts> = {
  E4: () => freshE4(),
  'E4 with workloads': () => freshE4({ workloadPods: 3 }),
  E1: () => freshE1(),
  'E4 with a user option': () => {
    const facts = freshE4();
    assert.ok(facts.felixConfiguration);
    const spec = {
      ...facts.felixConfiguration.spec,
      bpfConnectTimeLoadBalancing: 'TCP',
      bpfKubeProxyHealthzPort: 10256,
    };
    return { ...facts, felixConfiguration: { ...facts.felixConfiguration, spec } };
  },
  'E4 with a DaemonSet override of its own': () => {
    const facts = freshE4();
    assert.ok(facts.installation);
    const calicoNodeDaemonSet = { spec: { template: { spec: { tolerations: [] } } } };
    const spec = { ...facts.installation.spec, calicoNodeDaemonSet };
    return { ...facts, installation: { ...facts.installation, spec } };
  },
};

describe('wayBack', () => {
  it('follows the order without a gap on E4', () => {
    const { images, facts } = enable(freshE4());
    const steps = wayBack(images, facts);

    assert.deepEqual(ids(steps), ['data-plane-back', 'felix-options-back', 'endpoint-back', 'dns-override-back']);
    assert.deepEqual(
      steps[0]?.until.map(({ kind }) => kind),
      ['bpf-enabled', 'rollout-complete', 'operator-settled', 'felix-bpf-off'],
    );
    assert.deepEqual(
      steps.slice(1).map(({ until }) => until.map(({ kind }) => kind)),
      [
        [],
        ['operator-available', 'template-environment-differs', 'rollout-complete'],
        ['rollout-complete', 'operator-settled'],
      ],
    );
    assert.deepEqual(
      steps[2]?.changes.map(({ kind }) => kind),
      ['restore', 'delete-pods'],
    );
  });

  it('brings kube-proxy back before eBPF goes on E1', () => {
    const { images, facts } = enable(freshE1());

    assert.deepEqual(ids(wayBack(images, facts)), [
      'kube-proxy-back',
      'bpf-back',
      'felix-options-back',
      'endpoint-back',
      'autodetection-back',
    ]);
  });

  it('has nothing to do without images', () => {
    assert.deepEqual(wayBack([], freshE4()), []);
  });

  it("leaves the operator's own fields alone", () => {
    const { images, facts } = enable(handMade());
    const restored = wayBack(images, facts).flatMap(({ changes }) =>
      changes.flatMap((change) => (change.kind === 'restore' ? change.images : [])),
    );

    assert.ok(images.some(({ path }) => path.includes('annotations')));
    assert.deepEqual(
      restored.filter(({ path }) => path.includes('annotations') || path.includes('bpfEnabled')),
      [],
    );
  });

  for (const [name, start] of Object.entries(starts)) {
    it(`brings back what was there, whatever part of the plan was written (${name})`, () => {
      const original = start();
      const count = enable(original).writes;
      for (let prefix = 0; prefix <= count + 1; prefix += 1) {
        const { facts } = goBack(enable(original, prefix));
        assert.deepEqual(restorable(facts), restorable(original), `after ${prefix} changes`);
      }
    });

    it(`goes on from wherever it was interrupted (${name})`, () => {
      const original = start();
      const enabled = enable(original);
      for (let prefix = 0; prefix < 8; prefix += 1) {
        const { facts } = goBack(goBack(enabled, prefix));
        assert.deepEqual(restorable(facts), restorable(original), `after ${prefix} changes`);
      }
    });
  }

  it('ends clean for a hand-made bpfEnabled, before and after its annotation was written', () => {
    const count = enable(handMade()).writes;
    for (let prefix = 4; prefix <= count; prefix += 1) {
      const { facts } = goBack(enable(handMade(), prefix));
      assert.deepEqual(restorable(facts), restorable(freshE4()), `after ${prefix} writes`);
      assert.equal(facts.tigeraStatus?.degraded?.status, 'False');
    }
  });

  it('ends clean where bpfEnabled had been removed, without restoring what is not ours', () => {
    const facts = freshE4({ tigeraStatus: modifiedBySomeoneElse(2) });
    assert.ok(facts.felixConfiguration);
    const { bpfEnabled: _removed, ...spec } = facts.felixConfiguration.spec;
    const world = enable({ ...facts, felixConfiguration: { ...facts.felixConfiguration, spec } });

    assert.ok(world.images.some(({ path }) => path.includes('bpfEnabled')));
    assert.equal(ids(wayBack(world.images, world.facts)).includes('bpf-back'), false);
    assert.deepEqual(restorable(goBack(world).facts), restorable(freshE4()));
  });

  it('leaves a hand-made bpfEnabled to its owner where nothing was switched', () => {
    for (let prefix = 0; prefix < 4; prefix += 1) {
      const { facts } = goBack(enable(handMade(), prefix));
      assert.deepEqual(restorable(facts), restorable(handMade()), `after ${prefix} writes`);
    }
  });

  it('heals a way back that the operator refused', () => {
    const enabled = enable(handMade(), 4);
    const dataPlane = enabled.images.filter(({ path }) => path.includes('linuxDataplane'));
    assert.equal(dataPlane.length, 1);
    const [image] = dataPlane;
    assert.ok(image);
    const refused = carryOut(enabled, { kind: 'restore', object: image.object, images: dataPlane }, 'by-hand');
    assert.equal(refused.facts.tigeraStatus?.degraded?.status, 'True');

    const { facts } = goBack(refused);

    assert.deepEqual(restorable(facts), restorable(freshE4()));
    assert.equal(facts.tigeraStatus?.degraded?.status, 'False');
  });

  it('waits for a Felix that was told before, instead of for a line that was written before', () => {
    const interrupted = goBack(enable(freshE4()), 1);
    const steps = wayBack(interrupted.images, interrupted.facts);

    assert.equal(
      steps[0]?.until.some(({ kind }) => kind === 'felix-bpf-off'),
      false,
    );
    assert.equal(steps.find(({ id }) => id === 'felix-options-back')?.waitSeconds, 30);
  });

  it('gives every Felix of E1 the time to start again, too', () => {
    const interrupted = goBack(enable(freshE1()), 2);
    const steps = wayBack(interrupted.images, interrupted.facts);

    assert.equal(interrupted.facts.felixConfiguration?.spec['bpfEnabled'], undefined);
    assert.equal(steps.find(({ id }) => id === 'felix-options-back')?.waitSeconds, 30);
  });

  it('lets every Felix take the clean-up up before kube-proxy returns, where it had drifted', () => {
    const world = enable(freshE1());
    assert.ok(world.facts.felixConfiguration);
    const { bpfKubeProxyIptablesCleanupEnabled: _drifted, ...spec } = world.facts.felixConfiguration.spec;
    const facts = { ...world.facts, felixConfiguration: { ...world.facts.felixConfiguration, spec } };

    const waitOf = (from: KubernetesFacts) =>
      wayBack(world.images, from).find(({ id }) => id === 'kube-proxy-back')?.waitSeconds;
    assert.equal(waitOf(world.facts), undefined);
    assert.equal(waitOf(facts), 30);
    assert.equal(wayBack(world.images, facts)[0]?.id, 'clean-up-off');
  });

  it('does not wait for Felix where eBPF was never switched on', () => {
    const { images, facts } = enable(freshE4(), 1);
    const [step, ...others] = wayBack(images, facts);

    assert.equal(step?.id, 'felix-options-back');
    assert.equal(step?.waitSeconds, undefined);
    assert.deepEqual(others, []);
  });

  it('switches a drifted clean-up off first, and restarts kube-proxy after eBPF', () => {
    const world = enable(freshE4());
    assert.ok(world.facts.felixConfiguration);
    const spec = { ...world.facts.felixConfiguration.spec, bpfKubeProxyIptablesCleanupEnabled: true };
    const facts = { ...world.facts, felixConfiguration: { ...world.facts.felixConfiguration, spec } };
    const steps = wayBack(world.images, facts);
    const [first] = steps[0]?.changes ?? [];

    assert.deepEqual(ids(steps).slice(0, 4), [
      'clean-up-off',
      'data-plane-back',
      'kube-proxy-restart',
      'felix-options-back',
    ]);
    assert.deepEqual((first as Extract<Change, { kind: 'merge' }>).patch, {
      spec: { bpfKubeProxyIptablesCleanupEnabled: false },
    });
  });

  it('waits until the template lets the name go that was written, whatever the API is called now', () => {
    const { images, facts } = enable(freshE4());
    const moved = { ...facts, endpoint: { host: 'other.hcp.westeurope.azmk8s.io', port: 443 } };
    const step = wayBack(images, moved).find(({ id }) => id === 'endpoint-back');

    assert.deepEqual(step?.until[1], {
      kind: 'template-environment-differs',
      name: 'KUBERNETES_SERVICE_HOST',
      value: facts.endpoint.host,
    });
  });
});
