import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DaemonSet, DaemonSetStatus } from '../objects.ts';
import { conditionsOf, type Observed, transition } from './conditions.ts';
import { operatorProfile } from './profiles.ts';

function node(status: Partial<DaemonSetStatus>, generation = 2): DaemonSet {
  const none = {
    observedGeneration: 2,
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 3,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'calico-system', generation },
    spec: { selector: { matchLabels: {} }, template: { spec: { containers: [] } } },
    status: { ...none, ...status },
  };
}

function seen(daemonSet: DaemonSet, degradation?: Observed['degradation']): Observed {
  return { daemonSets: [daemonSet], deployments: [], pods: [], degradation, generation: 7 };
}

const e4 = operatorProfile('1.40.2');
const rolled = node({ updatedNumberScheduled: 3, numberAvailable: 3 });
const refusal = { reason: 'ResourceUpdateError', message: 'Unable to set bpfEnabled' };

describe("the operator's conditions", () => {
  it('say that all is available, in the words of the version', () => {
    const messages = ['1.40.2', '1.42.4'].map((version) =>
      conditionsOf(seen(rolled), operatorProfile(version)).map(({ message }) => message),
    );
    assert.deepEqual(messages, [
      ['All objects available', 'All Objects Available', 'All Objects Available'],
      ['All objects available', 'All objects available', 'All objects available'],
    ]);
  });

  it('count nodes of the new template, then those that are not available', () => {
    const texts = [
      node({ updatedNumberScheduled: 1, numberUnavailable: 1 }),
      node({ updatedNumberScheduled: 3, numberUnavailable: 1 }),
      node({}, 3),
    ].map((each) => conditionsOf(seen(each), e4)[1]?.message);
    assert.deepEqual(texts, [
      'DaemonSet "calico-system/calico-node" update is rolling out (1 out of 3 updated)',
      'DaemonSet "calico-system/calico-node" is not available (awaiting 1 nodes)',
      'DaemonSet "calico-system/calico-node" update is being processed (generation 3, observed generation 2)',
    ]);
  });

  it('are not available while degraded, whatever the objects say', () => {
    assert.deepEqual(conditionsOf(seen(rolled, refusal), e4), [
      { type: 'Available', status: 'False', reason: 'Unknown', observedGeneration: 7 },
      { type: 'Progressing', status: 'False', reason: 'Unknown', observedGeneration: 7 },
      { type: 'Degraded', status: 'True', ...refusal, observedGeneration: 7 },
    ]);
  });

  it('have the prose in the reason, and no generation, on 1.15.1', () => {
    const rolling = node({ updatedNumberScheduled: 1 });
    assert.deepEqual(conditionsOf(seen(rolling), operatorProfile('1.15.1')), [
      { type: 'Available', status: 'False' },
      {
        type: 'Progressing',
        status: 'True',
        reason: 'Not all pods are ready',
        message: 'DaemonSet "calico-system/calico-node" update is rolling out (1 out of 3 updated)',
      },
      { type: 'Degraded', status: 'False' },
    ]);
  });

  it('keep the time of the last transition while the status stays', () => {
    const before = [{ type: 'Available', status: 'True', lastTransitionTime: 'then' }];
    const times = ['True', 'False'].map((status) => transition(before, [{ type: 'Available', status }], 'now')[0]);
    assert.deepEqual(
      times.map((each) => each?.lastTransitionTime),
      ['then', 'now'],
    );
  });

  it('are known for recorded versions only', () => {
    assert.throws(() => operatorProfile('1.41.0'), /no tigera-operator 1\.41\.0 here; use one of 1\.15\.1, /);
  });
});
