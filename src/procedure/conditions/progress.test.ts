import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesFacts, StatusCondition, TigeraStatusFacts } from '../facts.ts';
import type { Condition } from '../plan.ts';
import {
  condition,
  daemonSet,
  freshE1,
  freshE4,
  host,
  installation,
  modifiedBySomeoneElse,
  settledStatus,
} from '../testing/facts.ts';
import { inBpf, inIptables, logOf } from '../testing/logs.ts';
import { factsOf, needsLogs, progress } from './index.ts';

function withFelix(bpfEnabled: boolean | undefined, annotation: string | undefined): Partial<KubernetesFacts> {
  return {
    felixConfiguration: {
      name: 'default',
      annotations: annotation === undefined ? {} : { 'operator.tigera.io/bpfEnabled': annotation },
      spec: bpfEnabled === undefined ? {} : { bpfEnabled },
    },
  };
}

function status(over: Partial<TigeraStatusFacts>): Partial<KubernetesFacts> {
  return { tigeraStatus: { ...settledStatus(2), ...over } };
}

function degraded(reason: string, message: string, over: Partial<StatusCondition> = {}): Partial<KubernetesFacts> {
  return status({ degraded: condition('True', { reason, message, ...over }) });
}

const settled: Condition = { kind: 'operator-settled' };
const rolled: Condition = { kind: 'rollout-complete' };
const enabled: Condition = { kind: 'bpf-enabled', value: true, annotated: true };
const disabled: Condition = { kind: 'bpf-enabled', value: false, annotated: true };
const unannotated: Condition = { kind: 'bpf-enabled', value: false, annotated: false };
const named: Condition = { kind: 'template-environment', name: 'KUBERNETES_SERVICE_HOST', value: host };
const unnamed: Condition = { ...named, kind: 'template-environment-differs' };
const otherDns: Condition = { kind: 'template-dns-policy-differs', value: 'ClusterFirstWithHostNet' };
const proxyOff: Condition = { kind: 'kube-proxy-running', value: false };
const proxyOn: Condition = { kind: 'kube-proxy-running', value: true };
const operatorUp: Condition = { kind: 'operator-available' };

interface Case {
  name: string;
  condition: Condition;
  facts: Partial<KubernetesFacts>;
  /** `done`, or what is waited for, or the code of what is stuck. */
  expected: 'done' | RegExp | { stuck: RegExp };
}

const rolling = { message: 'DaemonSet "calico-system/calico-node" update is rolling out (2 out of 5 updated)' };
const operator = { image: 'x:v1.40.2', dnsPolicy: undefined, available: 1, upToDate: true };

/** States as the operators of calico.md 14 were recorded in. */
const cases: Case[] = [
  { name: 'a fresh cluster', condition: settled, facts: {}, expected: 'done' },
  {
    name: 'Available of a former generation, for up to 5 s',
    condition: settled,
    facts: { installation: installation({ generation: 3 }) },
    expected: /report on the present Installation/,
  },
  {
    name: 'a rollout on 1.40.2',
    condition: settled,
    facts: status({
      available: condition('False', { reason: 'Unknown', message: '' }),
      progressing: condition('True', rolling),
    }),
    expected: /2 out of 5 updated/,
  },
  {
    name: 'Degraded Unknown after a restart, with the others stale',
    condition: settled,
    facts: status({
      degraded: condition('Unknown', { observedGeneration: undefined, reason: 'Unknown', message: '' }),
    }),
    expected: /Degraded is Unknown/,
  },
  { name: '1.15.1, which writes no generation', condition: settled, facts: freshE1(), expected: 'done' },
  {
    name: '1.15.1 while it rolls',
    condition: settled,
    facts: { ...freshE1(), tigeraStatus: { ...settledStatus(undefined), available: condition('False') } },
    expected: /Available is False/,
  },
  {
    name: '1.15.1 with two autodetection methods',
    condition: settled,
    facts: degraded('Invalid Installation provided', 'no more than one node address autodetection method', {
      observedGeneration: undefined,
    }),
    expected: { stuck: /Degraded: Invalid Installation provided/ },
  },
  {
    name: 'two autodetection methods',
    condition: settled,
    facts: degraded('InvalidConfigurationError', 'Invalid Installation provided: no more than one'),
    expected: { stuck: /InvalidConfigurationError/ },
  },
  {
    name: 'the one-shot fields',
    condition: settled,
    facts: degraded('ResourceValidationError', 'bpfNetworkBootstrap is Enabled but'),
    expected: { stuck: /ResourceValidationError/ },
  },
  {
    name: 'an error of a former generation',
    condition: settled,
    facts: {
      ...degraded('InvalidConfigurationError', 'Invalid Installation provided'),
      installation: installation({ generation: 3 }),
    },
    expected: /report on the present Installation/,
  },
  {
    name: 'an error that may pass',
    condition: settled,
    facts: degraded('ResourceReadError', 'the server was busy'),
    expected: /Degraded: ResourceReadError: the server was busy/,
  },
  {
    name: 'a hand-made bpfEnabled',
    condition: settled,
    facts: { ...withFelix(true, 'false'), tigeraStatus: modifiedBySomeoneElse(2) },
    expected: { stuck: /modified by someone else/ },
  },
  {
    name: 'the message of 1.42.4, in lower case and without a full stop',
    condition: settled,
    facts: {
      ...withFelix(undefined, 'false'),
      ...degraded('ResourceUpdateError', 'unable to set bpfEnabled: has been Modified by someone else'),
    },
    expected: { stuck: /ResourceUpdateError/ },
  },
  {
    name: 'the same message after it was put right',
    condition: settled,
    facts: { ...withFelix(true, 'true'), tigeraStatus: modifiedBySomeoneElse(2) },
    expected: /Degraded: ResourceUpdateError/,
  },
  {
    name: 'no word on Available',
    condition: settled,
    facts: status({ available: undefined }),
    expected: /Available is missing/,
  },
  {
    name: 'no word on the others',
    condition: settled,
    facts: status({ progressing: undefined, degraded: undefined }),
    expected: 'done',
  },
  {
    name: 'no TigeraStatus',
    condition: settled,
    facts: { tigeraStatus: null },
    expected: /no TigeraStatus calico yet/,
  },
  { name: 'nothing read', condition: settled, facts: { tigeraStatus: undefined }, expected: /to be read/ },

  { name: 'every node', condition: rolled, facts: {}, expected: 'done' },
  {
    name: 'a template that its controller has not seen',
    condition: rolled,
    facts: { calicoNode: daemonSet({ generation: 2 }) },
    expected: /rollout to begin/,
  },
  {
    name: 'a rollout',
    condition: rolled,
    facts: { calicoNode: daemonSet({ desired: 5, updated: 2, available: 4 }) },
    expected: /calico-node: 2 of 5 nodes updated/,
  },
  {
    name: 'the last pod',
    condition: rolled,
    facts: { calicoNode: daemonSet({ desired: 5, updated: 5, available: 4 }) },
    expected: /calico-node: 4 of 5 nodes available/,
  },
  { name: 'no DaemonSet', condition: rolled, facts: { calicoNode: null }, expected: /not there yet/ },
  {
    name: 'a DaemonSet without nodes',
    condition: rolled,
    facts: { calicoNode: daemonSet({ desired: 0, updated: 0, available: 0 }) },
    expected: /a node that it can run on/,
  },

  { name: 'the operator has switched', condition: enabled, facts: withFelix(true, 'true'), expected: 'done' },
  { name: 'the field alone', condition: enabled, facts: withFelix(true, 'false'), expected: /annotation/ },
  { name: 'not switched yet', condition: enabled, facts: {}, expected: /bpfEnabled .* to be true/ },
  { name: 'switched back', condition: disabled, facts: withFelix(false, 'false'), expected: 'done' },
  { name: 'no annotation', condition: disabled, facts: withFelix(false, undefined), expected: /annotation/ },
  { name: 'a removed field', condition: unannotated, facts: withFelix(undefined, undefined), expected: 'done' },
  { name: 'no configuration', condition: enabled, facts: { felixConfiguration: null }, expected: /FelixConfiguration/ },

  { name: 'another address', condition: named, facts: {}, expected: new RegExp(`to show ${host}`) },
  { name: 'another address', condition: unnamed, facts: {}, expected: 'done' },
  { name: 'no DaemonSet', condition: unnamed, facts: { calicoNode: null }, expected: /let go/ },
  { name: 'the cluster DNS', condition: otherDns, facts: {}, expected: /DNS policy/ },
  { name: 'another DNS', condition: otherDns, facts: { calicoNode: daemonSet() }, expected: 'done' },

  { name: 'kube-proxy', condition: proxyOn, facts: {}, expected: 'done' },
  { name: 'kube-proxy', condition: proxyOff, facts: {}, expected: /leave 3 nodes/ },
  { name: 'no kube-proxy', condition: proxyOff, facts: { kubeProxy: null }, expected: 'done' },
  { name: 'no kube-proxy', condition: proxyOn, facts: { kubeProxy: null }, expected: /DaemonSet kube-proxy/ },
  {
    name: 'kube-proxy going',
    condition: proxyOff,
    facts: { kubeProxy: daemonSet({ desired: 0, generation: 2 }) },
    expected: /taken away/,
  },
  { name: 'kube-proxy gone', condition: proxyOff, facts: { kubeProxy: daemonSet({ desired: 0 }) }, expected: 'done' },
  {
    name: 'kube-proxy coming',
    condition: proxyOn,
    facts: { kubeProxy: daemonSet({ available: 1 }) },
    expected: /kube-proxy: 1 of 3 nodes available/,
  },

  { name: 'the operator runs', condition: operatorUp, facts: { operator }, expected: 'done' },
  { name: 'no pod', condition: operatorUp, facts: { operator: { ...operator, available: 0 } }, expected: /pod/ },
  {
    name: 'a former template',
    condition: operatorUp,
    facts: { operator: { ...operator, upToDate: false } },
    expected: /pod/,
  },
];

describe('progress', () => {
  for (const { name, condition, facts, expected } of cases) {
    it(`${condition.kind}: ${name}`, () => {
      const actual = progress([condition], { ...freshE4(), ...facts });

      if (expected === 'done') assert.deepEqual(actual, { kind: 'done' });
      else if (expected instanceof RegExp) {
        assert.equal(actual.kind, 'pending');
        assert.match(actual.waitingFor, expected);
      } else {
        assert.equal(actual.kind, 'stuck');
        assert.equal(actual.reason.code, 'OPERATOR_DEGRADED');
        assert.match(actual.reason.message, expected.stuck);
      }
    });
  }

  it('is done where there is nothing to wait for', () => {
    assert.deepEqual(progress([], freshE4()), { kind: 'done' });
  });

  it('names everything that it waits for', () => {
    const facts = freshE4({ calicoNode: daemonSet({ updated: 1 }) });
    const actual = progress([named, rolled, rolled], facts);

    assert.equal(
      actual.kind === 'pending' && actual.waitingFor,
      `calico-node's template to show ${host}; calico-node: 1 of 3 nodes updated`,
    );
  });

  it('reads the logs of ready nodes for felix-bpf-off', () => {
    const off: Condition = { kind: 'felix-bpf-off' };
    const logs = [logOf(0, inIptables), logOf(1, inIptables), logOf(2, undefined, { ready: false })];

    assert.equal(progress([off], freshE4()).kind, 'pending');
    assert.deepEqual(progress([off], freshE4(), logs), { kind: 'done' });
    assert.equal(progress([off], freshE4(), [...logs, logOf(3, inBpf)]).kind, 'pending');
  });

  it('needs no more than what its conditions read', () => {
    assert.deepEqual(factsOf([named, rolled]), ['calicoNode']);
    assert.deepEqual(factsOf([]), []);
    assert.equal(needsLogs([rolled]), false);
    assert.equal(needsLogs([rolled, { kind: 'felix-bpf-off' }]), true);
    for (const { condition, facts } of cases) {
      const complete = { ...freshE4(), ...facts };
      const reads = new Set<string>(factsOf([condition]));
      const only: KubernetesFacts = { observedAt: complete.observedAt, endpoint: complete.endpoint };
      if (reads.has('installations'))
        Object.assign(only, { installation: complete.installation, overlay: complete.overlay });
      if (reads.has('felixConfigurations')) Object.assign(only, { felixConfiguration: complete.felixConfiguration });
      for (const name of ['tigeraStatus', 'calicoNode', 'kubeProxy', 'operator'] as const) {
        if (reads.has(name)) Object.assign(only, { [name]: complete[name] });
      }
      assert.deepEqual(progress([condition], only), progress([condition], complete), condition.kind);
    }
  });
});
