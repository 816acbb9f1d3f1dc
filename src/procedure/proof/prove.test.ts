import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { draft } from '../draft.ts';
import type { KubernetesFacts, NodeLog } from '../facts.ts';
import type { ProofResult } from '../plan.ts';
import {
  clusterFacts,
  condition,
  daemonSet,
  freshE1,
  freshE4,
  modifiedBySomeoneElse,
  node,
  settings,
  settledStatus,
} from '../testing/facts.ts';
import * as lines from '../testing/logs.ts';
import { carryOut, worldOf } from '../testing/world.ts';
import { expectationOf } from './expectation.ts';
import { factsOfProof, prove } from './index.ts';

const { inBpf, inIptables, inPanic, logOf } = lines;

function enabled(facts: KubernetesFacts): KubernetesFacts {
  let world = worldOf(facts);
  for (const step of draft(clusterFacts(facts), settings).steps) {
    for (const change of step.changes) world = carryOut(world, change, step.id);
  }
  return world.facts;
}

const onE4 = enabled(freshE4());
const onE1 = enabled(freshE1());
const good = [logOf(0, inBpf), logOf(1, inBpf), logOf(2, inBpf)];

function proveE4(over: Partial<KubernetesFacts>, logs: NodeLog[] = good): ReturnType<typeof prove> {
  const expectation = expectationOf(onE4);
  assert.ok(expectation);
  return prove({ ...onE4, ...over }, logs, expectation);
}

function felix(over: Record<string, boolean | string | number>, annotation = 'true'): Partial<KubernetesFacts> {
  assert.ok(onE4.felixConfiguration);
  const annotations = { 'operator.tigera.io/bpfEnabled': annotation };
  const spec = { ...onE4.felixConfiguration.spec, ...over };
  return { felixConfiguration: { name: 'default', annotations, spec } };
}

function template(over: Record<string, string>): Partial<KubernetesFacts> {
  assert.ok(onE4.calicoNode);
  return { calicoNode: { ...onE4.calicoNode, environment: { ...onE4.calicoNode.environment, ...over } } };
}

function spec(calicoNetwork: Record<string, string>): {
  generation: number;
  labels: object;
  calicoVersion: undefined;
  spec: object;
} {
  return { generation: 5, labels: {}, calicoVersion: undefined, spec: { calicoNetwork } };
}

const configurationCases: { name: string; over: Partial<KubernetesFacts>; result: ProofResult; first: RegExp }[] = [
  { name: 'bpfEnabled off', over: felix({ bpfEnabled: false }), result: 'disproven', first: /bpfEnabled is false/ },
  { name: 'a foreign annotation', over: felix({}, 'false'), result: 'disproven', first: /annotation .* is false/ },
  {
    name: 'an excepted node',
    over: { felixNodeConfigurations: [{ name: 'node.n1', annotations: {}, spec: { bpfEnabled: false } }] },
    result: 'disproven',
    first: /node\.n1 switches eBPF off/,
  },
  {
    name: 'the environment',
    over: template({ FELIX_BPFENABLED: 'false' }),
    result: 'disproven',
    first: /FELIX_BPFENABLED=false/,
  },
  {
    name: 'no name',
    over: template({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }),
    result: 'disproven',
    first: /at 10\.0\.0\.1/,
  },
  {
    name: 'the cluster DNS',
    over: { calicoNode: { ...daemonSet(onE4.calicoNode ?? {}), dnsPolicy: 'ClusterFirstWithHostNet' } },
    result: 'disproven',
    first: /dnsPolicy is ClusterFirstWithHostNet/,
  },
  {
    name: 'a clean-up beside kube-proxy',
    over: felix({ bpfKubeProxyIptablesCleanupEnabled: true }),
    result: 'disproven',
    first: /bpfKubeProxyIptablesCleanupEnabled is true/,
  },
  { name: 'a lost option', over: felix({ bpfAttachType: 'TCX' }), result: 'disproven', first: /bpfAttachType is TCX/ },
  { name: 'no ConfigMap', over: { endpointConfigMap: null }, result: 'disproven', first: /has no host/ },
  {
    name: 'another port',
    over: { endpointConfigMap: { ...onE4.endpointConfigMap, KUBERNETES_SERVICE_PORT: '6443' } },
    result: 'disproven',
    first: /:6443/,
  },
  {
    name: 'an unread ConfigMap',
    over: { endpointConfigMap: undefined },
    result: 'unknown',
    first: /could not be read/,
  },
  {
    name: 'an unread kube-proxy',
    over: { kubeProxy: undefined },
    result: 'unknown',
    first: /kube-proxy could not be read/,
  },
];

describe('prove: configuration', () => {
  it('is proven for what the plans make', () => {
    assert.equal(proveE4({}).configuration.result, 'proven');
    assert.ok(proveE4({}).configuration.evidence.includes('kube-proxy runs beside eBPF'));
  });

  for (const { name, over, result, first } of configurationCases) {
    it(`is ${result} with ${name}, which comes first`, () => {
      const { configuration } = proveE4(over);

      assert.equal(configuration.result, result);
      assert.match(configuration.evidence[0] ?? '', first);
    });
  }

  it('lays the overlay over default, and does not ask status.computed', () => {
    const iptables = spec({ linuxDataplane: 'Iptables' }) as unknown as NonNullable<KubernetesFacts['installation']>;
    const bpf = spec({ linuxDataplane: 'BPF' }) as unknown as NonNullable<KubernetesFacts['installation']>;

    assert.match(proveE4({ overlay: iptables }).configuration.evidence[0] ?? '', /linuxDataplane .* is Iptables/);
    assert.equal(proveE4({ installation: iptables, overlay: bpf }).configuration.result, 'proven');
  });
});

describe('prove: rollout', () => {
  const cases: { name: string; over: Partial<KubernetesFacts>; result: ProofResult }[] = [
    { name: 'everything', over: {}, result: 'proven' },
    {
      name: 'a rollout under way',
      over: { calicoNode: { ...daemonSet(onE4.calicoNode ?? {}), updated: 1 } },
      result: 'unknown',
    },
    {
      name: 'an operator at work',
      over: { tigeraStatus: { ...settledStatus(9), available: condition('False') } },
      result: 'unknown',
    },
    {
      name: 'a passing error',
      over: { tigeraStatus: { ...settledStatus(9), degraded: condition('True', { observedGeneration: 9 }) } },
      result: 'unknown',
    },
    {
      name: 'a refusal',
      over: { ...felix({ bpfEnabled: false }), tigeraStatus: modifiedBySomeoneElse(9) },
      result: 'disproven',
    },
    {
      name: 'no mount',
      over: { calicoNode: { ...daemonSet(onE4.calicoNode ?? {}), volumes: [] } },
      result: 'disproven',
    },
    {
      name: 'no bootstrap',
      over: { calicoNode: { ...daemonSet(onE4.calicoNode ?? {}), initContainers: [] } },
      result: 'disproven',
    },
  ];
  for (const { name, over, result } of cases) {
    it(`is ${result} with ${name}`, () => {
      assert.equal(proveE4(over).rollout.result, result);
    });
  }
});

describe('prove: nodes', () => {
  const cases: { name: string; log: NodeLog | undefined; result: ProofResult; evidence: RegExp }[] = [
    { name: 'ready', log: logOf(0, inBpf), result: 'proven', evidence: /ready/ },
    { name: 'one panic that recovered', log: logOf(0, [...inPanic, ...inBpf]), result: 'proven', evidence: /ready/ },
    { name: 'one panic', log: logOf(0, inPanic), result: 'unknown', evidence: /panicked once/ },
    { name: 'panics', log: logOf(0, [...inPanic, ...inPanic]), result: 'disproven', evidence: /panicked 2 times/ },
    {
      name: 'panics, starting again',
      log: logOf(0, [...inPanic, ...inPanic, ...lines.starting]),
      result: 'disproven',
      evidence: /2 times/,
    },
    {
      name: 'dirty',
      log: logOf(0, [...lines.starting, ...lines.announced, ...lines.dirty]),
      result: 'disproven',
      evidence: /could not load/,
    },
    {
      name: 'no support',
      log: logOf(0, [...lines.starting, ...lines.unsupported]),
      result: 'disproven',
      evidence: /kernel/,
    },
    {
      name: 'an announcement',
      log: logOf(0, [...lines.starting, ...lines.announced]),
      result: 'unknown',
      evidence: /not ready yet/,
    },
    { name: 'iptables', log: logOf(0, inIptables), result: 'unknown', evidence: /without eBPF/ },
    { name: 'a start', log: logOf(0, lines.starting), result: 'unknown', evidence: /starting/ },
    { name: 'a rotated log', log: logOf(0, []), result: 'unknown', evidence: /nothing about eBPF/ },
    {
      name: 'an unreadable log',
      log: logOf(0, undefined, { problem: 'timeout' }),
      result: 'unknown',
      evidence: /could not be read: timeout/,
    },
    { name: 'no pod', log: logOf(0, undefined, { pod: undefined }), result: 'unknown', evidence: /no calico-node/ },
    { name: 'no log at all', log: undefined, result: 'unknown', evidence: /no calico-node/ },
  ];
  for (const { name, log, result, evidence } of cases) {
    it(`is ${result} with ${name}, and so is the whole`, () => {
      const proof = proveE4({}, [...good.slice(1), ...(log ? [log] : [])]);

      assert.equal(proof.nodes[0]?.result, result);
      assert.match(proof.nodes[0]?.evidence ?? '', evidence);
      assert.equal(proof.result, result);
    });
  }

  it('leaves nodes without calico-node out, and does not judge one that is not ready', () => {
    const nodes = [node(0), node(1, { ready: false }), node(2, { virtual: true })];
    const proof = proveE4({ nodes }, [logOf(0, inBpf), logOf(1, inPanic)]);

    assert.deepEqual(
      proof.nodes.map(({ result }) => result),
      ['proven', 'unknown'],
    );
  });

  it('is unknown without a node', () => {
    assert.equal(proveE4({ nodes: [] }, []).result, 'unknown');
  });

  it('names the deciding line, without its tail', () => {
    const long = lines.panicking.map((line) => `${line} ${'x'.repeat(2000)}`);
    const [first] = proveE4({}, [logOf(0, [...inPanic, ...lines.starting, ...long])]).nodes;

    assert.match(first?.line ?? '', /^2026-11-23 .*\[PANIC\]/);
    assert.equal(first?.line?.length, 300);
  });

  it('guesses where Calico reports no endpoint manager: announced, nothing wrong, pod ready', () => {
    const expectation = expectationOf(onE1);
    assert.ok(expectation);
    const announced = [...lines.starting, ...lines.announced.slice(0, 1), ...lines.programmed];
    const resultOf = (log: NodeLog) => prove({ ...onE1, nodes: [node(0)] }, [log], expectation).result;

    assert.equal(resultOf(logOf(0, announced)), 'proven');
    assert.equal(resultOf(logOf(0, announced, { ready: false })), 'unknown');
    assert.equal(resultOf(logOf(0, [...announced, ...lines.dirty])), 'disproven');
    assert.equal(resultOf(logOf(0, [...inPanic, ...inPanic, ...announced])), 'proven');
    assert.equal(resultOf(logOf(0, [...inPanic, ...inPanic, ...announced.slice(0, -1)])), 'disproven');
  });
});

describe('expectationOf', () => {
  it('knows what an E4 and an E1 cluster must look like', () => {
    assert.deepEqual(expectationOf(freshE4()), {
      era: 'E4',
      endpointHost: 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io',
      endpointPort: 443,
      linuxDataplane: 'BPF',
      annotated: true,
      felix: {
        bpfKubeProxyIptablesCleanupEnabled: false,
        bpfKubeProxyHealthzPort: 10258,
        bpfConnectTimeLoadBalancing: 'Disabled',
        bpfAttachType: 'TC',
      },
      dnsPolicyNot: 'ClusterFirstWithHostNet',
      reportsEndpointManager: true,
    });
    assert.deepEqual(expectationOf(freshE1()), {
      era: 'E1',
      endpointHost: 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io',
      endpointPort: 443,
      linuxDataplane: undefined,
      annotated: false,
      felix: { bpfKubeProxyIptablesCleanupEnabled: false },
      dnsPolicyNot: undefined,
      reportsEndpointManager: false,
    });
    assert.equal(expectationOf(freshE4({ calicoVersion: 'v3.30.4' })), undefined);
  });

  it('needs no fact beyond those of a proof', () => {
    const { schema: _schema, operator: _operator, calicoVersion: _version, workloadPods: _pods, ...only } = onE4;
    const expectation = expectationOf(onE4);
    assert.ok(expectation);

    assert.equal(prove(only, good, expectation).result, 'proven');
    assert.deepEqual(new Set(factsOfProof).size, 7);
  });
});
