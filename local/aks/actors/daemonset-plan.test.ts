import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maxUnavailable, planDaemonSet } from './daemonset-plan.ts';
import type { DaemonSet, Node, Pod, PodSpec } from './objects.ts';

const names = ['a', 'b', 'c'];

function daemonSet(limit: number | string = 1, spec: Partial<PodSpec> = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'calico-system', generation: 2 },
    spec: {
      selector: { matchLabels: {} },
      template: { spec: { containers: [], ...spec } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: limit } },
    },
  };
}

function node(name: string, labels: Record<string, string> = {}): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
}

/** `a old`, `b new unready`, `c old ending` */
function pod(text: string): Pod {
  const [name = '', revision = '', state] = text.split(' ');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${name}`,
      labels: { 'controller-revision-hash': revision },
      ...(state === 'ending' ? { deletionTimestamp: '2026-11-23T00:00:00Z' } : {}),
    },
    spec: { nodeName: name, containers: [] },
    status: { conditions: [{ type: 'Ready', status: state === undefined ? 'True' : 'False' }] },
  };
}

function planOf(pods: string[], limit: number | string = 1) {
  const plan = planDaemonSet(
    daemonSet(limit),
    'new',
    names.map((name) => node(name)),
    pods.map(pod),
  );
  return { create: plan.create, remove: plan.remove.map((gone) => gone.spec.nodeName), status: plan.status };
}

describe('a step of the DaemonSet controller', () => {
  const cases: { title: string; pods: string[]; limit?: number | string; create: string[]; remove: string[] }[] = [
    { title: 'creates what is missing', pods: ['a new'], create: ['b', 'c'], remove: [] },
    { title: 'replaces one old pod at a time', pods: ['a old', 'b old', 'c old'], create: [], remove: ['a'] },
    { title: 'waits for the pod that is ending', pods: ['a old ending', 'b old', 'c old'], create: [], remove: [] },
    { title: 'waits for the new pod to be ready', pods: ['a new unready', 'b old', 'c old'], create: [], remove: [] },
    { title: 'goes on when it is', pods: ['a new', 'b old', 'c old'], create: [], remove: ['b'] },
    {
      title: 'takes old pods that are unavailable first',
      pods: ['a old', 'b old unready', 'c old'],
      create: [],
      remove: ['b'],
    },
    {
      title: 'replaces two at once when told',
      pods: ['a old', 'b old', 'c old'],
      limit: 2,
      create: [],
      remove: ['a', 'b'],
    },
    { title: 'rounds a share up', pods: ['a old', 'b old', 'c old'], limit: '34%', create: [], remove: ['a', 'b'] },
    {
      title: 'removes a pod from a node that is not wanted',
      pods: ['a new', 'b new', 'c new', 'x new'],
      create: [],
      remove: ['x'],
    },
    { title: 'does nothing when all is done', pods: ['a new', 'b new', 'c new'], create: [], remove: [] },
  ];
  for (const { title, pods, limit, create, remove } of cases) {
    it(title, () => {
      const plan = planOf(pods, limit);
      assert.deepEqual({ create: plan.create, remove: plan.remove }, { create, remove });
    });
  }

  it('counts as the real one does, leaving out zeros', () => {
    assert.deepEqual(planOf(['a new', 'b old', 'c old unready']).status, {
      observedGeneration: 2,
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 2,
      updatedNumberScheduled: 1,
      numberAvailable: 2,
      numberUnavailable: 1,
    });
    assert.deepEqual(Object.keys(planOf(['a new', 'b new', 'c new']).status).includes('numberUnavailable'), false);
  });

  it('runs on the nodes that selector and affinity admit', () => {
    const virtual = { matchExpressions: [{ key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] }] };
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [virtual] } };
    const set = daemonSet(1, { nodeSelector: { os: 'linux' }, affinity: { nodeAffinity } });
    const nodes = [
      node('a', { os: 'linux' }),
      node('b', { os: 'windows' }),
      node('c', { os: 'linux', type: 'virtual-kubelet' }),
    ];
    assert.deepEqual(planDaemonSet(set, 'new', nodes, []).create, ['a']);
  });

  it('never waits for ever: a limit of none is one', () => {
    assert.deepEqual(
      [0, 1, '1%', '50%'].map((limit) => maxUnavailable(daemonSet(limit), 5)),
      [1, 1, 1, 3],
    );
  });
});
