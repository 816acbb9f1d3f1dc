import assert from 'node:assert/strict';
import type { Json } from '../../objects.ts';
import { listAt, objectAt } from '../../objects.ts';
import type { Body } from '../api.ts';
import type { ContractCase } from '../case.ts';
import { accepted } from '../case.ts';

const container = { name: 'main', image: 'none.example/main:1', env: [{ name: 'A', value: '1' }] };

function daemonSet(): Record<string, unknown> {
  const labels = { app: 'node' };
  const spec = {
    containers: [container, { name: 'side', image: 'none.example/side:1' }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'host', hostPath: { path: '/var' } },
    ],
    tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'node', finalizers: ['example.com/a'] },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function podSpec(body: Body): Json {
  return objectAt(objectAt(body.spec, 'template'), 'spec');
}

function names(list: readonly Json[]): Json[] {
  return list.map((item) => objectAt({ item }, 'item')['name'] ?? null);
}

/** A strategic patch of the template's pod spec, and what holds of the pod spec afterwards. */
function patches(name: string, patch: Record<string, unknown>, holds: (spec: Json) => void): ContractCase {
  return {
    name: `strategic merge patch: ${name}`,
    async run({ create, strategic, merge, namespace }) {
      const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
      accepted(await create(path, daemonSet()), 201);
      const { body } = accepted(await strategic(`${path}/node`, { spec: { template: { spec: patch } } }));
      holds(podSpec(body));
      accepted(await merge(`${path}/node`, { metadata: { finalizers: null } }));
    },
  };
}

export const strategicCases: readonly ContractCase[] = [
  patches('containers merge by name', { containers: [{ name: 'main', image: 'none.example/main:2' }] }, (spec) => {
    const containers = listAt(spec, 'containers');
    assert.deepEqual(names(containers), ['main', 'side']);
    assert.equal(objectAt({ first: containers[0] }, 'first')['image'], 'none.example/main:2');
  }),
  patches('variables merge by name', { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] }, (spec) => {
    const variables = listAt(objectAt({ first: listAt(spec, 'containers')[0] }, 'first'), 'env');
    assert.deepEqual(new Set(names(variables)), new Set(['A', 'B']));
  }),
  patches('$patch: delete removes an item', { containers: [{ name: 'side', $patch: 'delete' }] }, (spec) => {
    assert.deepEqual(names(listAt(spec, 'containers')), ['main']);
  }),
  patches(
    '$patch: replace replaces a list',
    { containers: [{ name: 'only', image: 'none.example/only:1' }, { $patch: 'replace' }] },
    (spec) => assert.deepEqual(names(listAt(spec, 'containers')), ['only']),
  ),
  patches('a list without a key is replaced', { tolerations: [{ key: 'a', operator: 'Exists' }] }, (spec) => {
    assert.deepEqual(listAt(spec, 'tolerations'), [{ key: 'a', operator: 'Exists' }]);
  }),
  patches('maps merge, null removes', { nodeSelector: { 'non-calico': 'true', 'kubernetes.io/os': null } }, (spec) => {
    assert.deepEqual(objectAt(spec, 'nodeSelector'), { 'non-calico': 'true' });
  }),
  patches('$patch: replace replaces a map', { nodeSelector: { a: 'b', $patch: 'replace' } }, (spec) => {
    assert.deepEqual(objectAt(spec, 'nodeSelector'), { a: 'b' });
  }),
  patches(
    '$retainKeys changes the source of a volume',
    { volumes: [{ name: 'data', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] },
    (spec) => {
      const volumes = listAt(spec, 'volumes');
      assert.deepEqual(new Set(names(volumes)), new Set(['data', 'host']));
      const data = volumes.find((item) => objectAt({ item }, 'item')['name'] === 'data');
      assert.deepEqual(data, { name: 'data', configMap: { name: 'c', defaultMode: 420 } });
    },
  ),
  patches(
    '$setElementOrder orders a merged list',
    {
      '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }],
      containers: [{ name: 'main', image: 'none.example/main:3' }],
    },
    (spec) => assert.deepEqual(names(listAt(spec, 'containers')), ['side', 'main']),
  ),
  {
    name: 'strategic merge patch: finalizers are a set',
    async run({ create, strategic, merge, namespace }) {
      const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
      accepted(await create(path, daemonSet()), 201);
      const added = accepted(await strategic(`${path}/node`, { metadata: { finalizers: ['example.com/b'] } })).body;
      assert.deepEqual(new Set(listAt(added.metadata, 'finalizers')), new Set(['example.com/a', 'example.com/b']));
      const directive = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } };
      const { body } = accepted(await strategic(`${path}/node`, directive));
      assert.deepEqual(listAt(body.metadata, 'finalizers'), ['example.com/b']);
      accepted(await merge(`${path}/node`, { metadata: { finalizers: null } }));
    },
  },
  {
    name: 'strategic merge patch: conditions merge by type',
    async run({ create, strategic, namespace }) {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      accepted(
        await create(pods, { metadata: { name: 'a' }, spec: { containers: [{ name: 'main', image: 'i:1' }] } }),
        201,
      );
      const patch = (type: string, status: string) => ({ status: { conditions: [{ type, status }] } });
      accepted(await strategic(`${pods}/a/status`, patch('Ready', 'False')));
      accepted(await strategic(`${pods}/a/status`, patch('Initialized', 'True')));
      const { body } = accepted(await strategic(`${pods}/a/status`, patch('Ready', 'True')));
      const states = listAt(body.status, 'conditions').map((item) => {
        const { type, status } = objectAt({ item }, 'item');
        return `${JSON.stringify(type)}=${JSON.stringify(status)}`;
      });
      assert.deepEqual(new Set(states), new Set(['"Ready"="True"', '"Initialized"="True"']));
    },
  },
];
