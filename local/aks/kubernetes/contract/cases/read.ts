import assert from 'node:assert/strict';
import { textAt } from '../../objects.ts';
import type { CaseContext, ContractCase } from '../case.ts';
import { accepted, configMap, refused } from '../case.ts';
import type { Reply } from '../api.ts';

async function createThree({ create, configMaps }: CaseContext): Promise<void> {
  for (const [name, color] of [
    ['a', 'red'],
    ['b', 'green'],
    ['c', 'red'],
  ] as const) {
    accepted(await create(configMaps, { metadata: { name, labels: { color, [`only-${name}`]: 'yes' } } }), 201);
  }
}

function names(reply: Reply): unknown[] {
  return accepted(reply)
    .body.items.map((item) => item.metadata['name'])
    .filter((name) => name !== 'kube-root-ca.crt');
}

function selects(selector: string, expected: readonly string[]): ContractCase {
  return {
    name: `the label selector ${selector} selects ${expected.join(' and ') || 'nothing'}`,
    async run(context) {
      await createThree(context);
      const reply = await context.get(`${context.configMaps}?labelSelector=${encodeURIComponent(selector)}`);
      assert.deepEqual(names(reply), expected);
    },
  };
}

const selectorCases = [
  selects('color=red', ['a', 'c']),
  selects('color==red,only-c', ['c']),
  selects('color!=red,!absent,only-b=yes', ['b']),
  selects('color in (green,blue)', ['b']),
  selects('color notin (green),only-a', ['a']),
  selects('color=blue', []),
];

export const readCases: readonly ContractCase[] = [
  ...selectorCases,
  {
    name: 'what does not exist is not found, by name',
    async run({ get, configMaps, gadgets }) {
      const reply = await get(`${configMaps}/nope`);
      refused(reply, 404, 'NotFound', 'configmaps "nope" not found');
      assert.deepEqual(reply.body.details, { name: 'nope', kind: 'configmaps' });
      const custom = await get(`${gadgets}/nope`);
      refused(custom, 404, 'NotFound', 'gadgets.contract.example.com "nope" not found');
      const group = 'contract.example.com';
      assert.deepEqual(custom.body.details, { name: 'nope', group, kind: 'gadgets' });
    },
  },
  {
    name: 'a resource that is not served is a Status in a served group, a plain page elsewhere',
    async run({ get }) {
      refused(await get('/api/v1/foos'), 404, 'NotFound', 'the server could not find the requested resource');
      const reply = await get('/apis/none.example.com/v1/foos');
      assert.equal(reply.code, 404);
      assert.equal(reply.text, '404 page not found\n');
    },
  },
  {
    name: 'a list has kind, version and items in the order of names',
    async run(context) {
      await createThree(context);
      const { body } = accepted(await context.get(`${context.configMaps}?labelSelector=color`));
      assert.equal(body.kind, 'ConfigMapList');
      assert.equal(body['apiVersion'], 'v1');
      assert.match(body.metadata.resourceVersion, /^\d+$/);
      assert.deepEqual(
        body.items.map((item) => item.metadata['name']),
        ['a', 'b', 'c'],
      );
      assert.deepEqual(
        body.items.map((item) => item.kind),
        [undefined, undefined, undefined],
      );
    },
  },
  {
    name: 'items of a custom list have a kind',
    async run({ create, get, gadgets, unique }) {
      accepted(
        await create(gadgets, { apiVersion: 'contract.example.com/v1', kind: 'Gadget', metadata: { name: unique } }),
        201,
      );
      const { body } = accepted(await get(gadgets));
      assert.equal(body.kind, 'GadgetList');
      assert.deepEqual([...new Set(body.items.map((item) => item.kind))], ['Gadget']);
    },
  },
  {
    name: 'a list comes in pages, from one moment',
    async run(context) {
      await createThree(context);
      const { get, create, configMaps } = context;
      const query = `${configMaps}?labelSelector=color&limit=2`;
      const first = accepted(await get(query)).body;
      assert.deepEqual(
        first.items.map((item) => item.metadata['name']),
        ['a', 'b'],
      );
      accepted(await create(configMaps, { metadata: { name: 'bb', labels: { color: 'red' } } }), 201);
      const next = encodeURIComponent(textAt(first.metadata, 'continue'));
      const second = accepted(await get(`${query}&continue=${next}`)).body;
      assert.deepEqual(
        second.items.map((item) => item.metadata['name']),
        ['c'],
      );
      assert.equal(second.metadata['continue'], undefined);
      assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
    },
  },
  {
    name: 'a field selector finds by name and namespace',
    async run(context) {
      await createThree(context);
      const { get, configMaps, namespace } = context;
      assert.deepEqual(names(await get(`${configMaps}?fieldSelector=metadata.name%3Db`)), ['b']);
      const elsewhere = `/api/v1/configmaps?fieldSelector=metadata.namespace%3D${namespace},metadata.name!%3Db`;
      assert.deepEqual(names(await get(elsewhere)), ['a', 'c']);
    },
  },
  {
    name: 'a field selector over another field is refused',
    async run({ get, configMaps, gadgets }) {
      const message = '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"';
      refused(await get(`${configMaps}?fieldSelector=data.x%3D1`), 400, 'BadRequest', message);
      const custom = 'field label not supported: spec.size';
      refused(await get(`${gadgets}?fieldSelector=spec.size%3D1`), 400, 'BadRequest', custom);
    },
  },
  {
    name: 'pods are found by node and phase',
    async run({ create, get, namespace }) {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const spec = { containers: [{ name: 'main', image: 'none.example/main:1' }] };
      accepted(await create(pods, { metadata: { name: 'here' }, spec: { ...spec, nodeName: 'node-1' } }), 201);
      accepted(await create(pods, { metadata: { name: 'there' }, spec: { ...spec, nodeName: 'node-2' } }), 201);
      assert.deepEqual(names(await get(`${pods}?fieldSelector=spec.nodeName%3Dnode-1`)), ['here']);
      assert.deepEqual(names(await get(`${pods}?fieldSelector=status.phase%3DPending`)), ['here', 'there']);
      assert.deepEqual(names(await get(`${pods}?fieldSelector=status.phase%3DRunning`)), []);
    },
  },
  {
    name: 'a label selector that cannot be read is refused',
    async run({ get, configMaps }) {
      const message = "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt";
      refused(await get(`${configMaps}?labelSelector=a%20b%20c`), 400, 'BadRequest', message);
    },
  },
  {
    name: 'a list from the future times out',
    async run({ get, configMaps }) {
      const reply = await get(`${configMaps}?resourceVersion=999999999`);
      refused(reply, 504, 'Timeout', /^Timeout: Too large resource version: 999999999, current: \d+$/);
    },
  },
  {
    name: 'a Table has columns and cells',
    async run({ create, ask, configMaps }) {
      accepted(await create(configMaps, configMap('a', { x: '1', y: '2' })), 201);
      const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
      const { body } = accepted(
        await ask('GET', `${configMaps}?fieldSelector=metadata.name%3Da`, undefined, { headers }),
      );
      assert.equal(body.kind, 'Table');
      const columns = body['columnDefinitions'] as { name: string }[];
      assert.deepEqual(
        columns.map((column) => column.name),
        ['Name', 'Data', 'Age'],
      );
      const rows = body['rows'] as { cells: unknown[]; object: { kind: string } }[];
      assert.deepEqual(rows[0]?.cells.slice(0, 2), ['a', 2]);
      assert.equal(rows[0]?.object.kind, 'PartialObjectMetadata');
    },
  },
  {
    name: "a custom resource's Table has its printer columns",
    async run({ create, merge, ask, gadgets, unique }) {
      const given = {
        apiVersion: 'contract.example.com/v1',
        kind: 'Gadget',
        metadata: { name: unique },
        spec: { size: 3 },
      };
      accepted(await create(gadgets, given), 201);
      accepted(
        await merge(`${gadgets}/${unique}/status`, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
      );
      const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
      const { body } = accepted(await ask('GET', `${gadgets}/${unique}`, undefined, { headers }));
      const columns = body['columnDefinitions'] as { name: string }[];
      assert.deepEqual(
        columns.map((column) => column.name),
        ['Name', 'Size', 'Ready'],
      );
      const rows = body['rows'] as { cells: unknown[] }[];
      assert.deepEqual(
        rows.map((row) => row.cells),
        [[unique, 3, 'True']],
      );
    },
  },
];
