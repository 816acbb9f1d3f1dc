import assert from 'node:assert/strict';
import type { CaseContext, ContractCase } from '../case.ts';
import { accepted, configMap, eventually, gadget, refused } from '../case.ts';

const pod = (name: string, spec: Record<string, unknown> = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'none.example/main:1' }], ...spec },
});

/** A ConfigMap with a dependent, deleted by a policy; true when the dependent is still there. */
async function family(context: CaseContext, policy: string): Promise<{ owner: string; dependent: string }> {
  const { create, configMaps, remove } = context;
  const { uid } = accepted(await create(configMaps, configMap('owner')), 201).body.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, blockOwnerDeletion: true }];
  accepted(await create(configMaps, { metadata: { name: 'dependent', ownerReferences } }), 201);
  const owner = `${configMaps}/owner`;
  accepted(await remove(`${owner}?propagationPolicy=${policy}`));
  return { owner, dependent: `${configMaps}/dependent` };
}

export const removeCases: readonly ContractCase[] = [
  {
    name: 'a deleted object is gone, and the answer says what went',
    async run({ create, remove, get, configMaps }) {
      const { uid } = accepted(await create(configMaps, configMap('a')), 201).body.metadata;
      const { body } = accepted(await remove(`${configMaps}/a`));
      assert.equal(body.kind, 'Status');
      assert.equal(body['status'], 'Success');
      assert.deepEqual(body.details, { name: 'a', kind: 'configmaps', uid });
      assert.equal((await get(`${configMaps}/a`)).code, 404);
    },
  },
  {
    name: 'deleting what does not exist is not found',
    async run({ remove, configMaps }) {
      refused(await remove(`${configMaps}/a`), 404, 'NotFound', 'configmaps "a" not found');
    },
  },
  {
    name: 'a delete with the UID of another object conflicts',
    async run({ create, remove, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'other' } };
      refused(
        await remove(`${configMaps}/a`, options),
        409,
        'Conflict',
        /the UID in the precondition \(other\) does not match the UID in record/,
      );
    },
  },
  {
    name: 'a delete of a stale version conflicts',
    async run({ create, remove, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion: '1' } };
      refused(
        await remove(`${configMaps}/a`, options),
        409,
        'Conflict',
        /the ResourceVersion in the precondition \(1\) does not match/,
      );
    },
  },
  {
    name: 'a dry run deletes nothing',
    async run({ create, remove, get, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      accepted(await remove(`${configMaps}/a?dryRun=All`));
      accepted(await get(`${configMaps}/a`));
    },
  },
  {
    name: 'a finalizer keeps an object until it is removed',
    async run({ create, remove, merge, get, gadgets, unique }) {
      const path = `${gadgets}/${unique}`;
      const given = gadget(unique);
      accepted(await create(gadgets, { ...given, metadata: { name: unique, finalizers: ['example.com/a'] } }), 201);
      const marked = accepted(await remove(path)).body;
      assert.equal(marked.kind, 'Gadget');
      assert.equal(typeof marked.metadata['deletionTimestamp'], 'string');
      assert.equal(marked.metadata['deletionGracePeriodSeconds'], 0);
      assert.equal(marked.metadata.generation, 2);
      accepted(await get(path));
      accepted(await merge(path, { metadata: { finalizers: null } }));
      assert.equal((await get(path)).code, 404);
    },
  },
  {
    name: 'a pod on a node is given its grace period, and goes when the kubelet says so',
    async run({ create, remove, get, namespace }) {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      accepted(await create(pods, pod('a', { nodeName: 'node-1', terminationGracePeriodSeconds: 20 })), 201);
      const marked = accepted(await remove(`${pods}/a`)).body;
      assert.equal(marked.kind, 'Pod');
      assert.equal(marked.metadata['deletionGracePeriodSeconds'], 20);
      const { body } = accepted(await get(`${pods}/a`));
      assert.equal(typeof body.metadata['deletionTimestamp'], 'string');
      accepted(await remove(`${pods}/a`, { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }));
      assert.equal((await get(`${pods}/a`)).code, 404);
    },
  },
  {
    name: 'a pod on no node goes at once',
    async run({ create, remove, get, namespace }) {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      accepted(await create(pods, pod('a')), 201);
      assert.equal(accepted(await remove(`${pods}/a`)).body.kind, 'Pod');
      assert.equal((await get(`${pods}/a`)).code, 404);
    },
  },
  {
    name: 'a collection is deleted by label',
    async run({ create, remove, get, configMaps }) {
      for (const [name, color] of [
        ['a', 'red'],
        ['b', 'green'],
        ['c', 'red'],
      ] as const) {
        accepted(await create(configMaps, { metadata: { name, labels: { color } } }), 201);
      }
      const { body } = accepted(await remove(`${configMaps}?labelSelector=color%3Dred`));
      assert.equal(body.kind, 'ConfigMapList');
      const left = accepted(await get(`${configMaps}?labelSelector=color`)).body.items;
      assert.deepEqual(
        left.map((item) => item.metadata['name']),
        ['b'],
      );
    },
  },
  {
    name: 'garbage: a dependent goes after its owner',
    controllers: true,
    async run(context) {
      const { dependent } = await family(context, 'Background');
      await eventually(async () => (await context.get(dependent)).code === 404, 'the dependent is collected');
    },
  },
  {
    name: 'garbage: in the foreground the owner goes last',
    controllers: true,
    async run(context) {
      const { owner, dependent } = await family(context, 'Foreground');
      await eventually(async () => (await context.get(owner)).code === 404, 'the owner goes');
      assert.equal((await context.get(dependent)).code, 404);
    },
  },
  {
    name: 'garbage: an orphaned dependent stays, without its owner',
    controllers: true,
    async run(context) {
      const { owner, dependent } = await family(context, 'Orphan');
      await eventually(async () => (await context.get(owner)).code === 404, 'the owner goes');
      const { body } = accepted(await context.get(dependent));
      assert.equal(body.metadata['ownerReferences'], undefined);
    },
  },
  {
    name: 'garbage: what names an owner that is not there goes',
    controllers: true,
    async run({ create, get, configMaps }) {
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: '11111111-2222-4333-8444-555555555555' },
      ];
      accepted(await create(configMaps, { metadata: { name: 'a', ownerReferences } }), 201);
      await eventually(async () => (await get(`${configMaps}/a`)).code === 404, 'the object is collected');
    },
  },
  {
    name: 'a namespace takes its content with it, and no more of it meanwhile',
    controllers: true,
    async run({ create, merge, remove, get, unique }) {
      const path = `/api/v1/namespaces/${unique}`;
      accepted(await create('/api/v1/namespaces', { metadata: { name: unique } }), 201);
      accepted(await create(`${path}/configmaps`, { metadata: { name: 'a', finalizers: ['example.com/a'] } }), 201);
      assert.equal(accepted(await remove(path)).body.status['phase'], 'Terminating');
      refused(await create(`${path}/configmaps`, configMap('b')), 403, 'Forbidden', /because it is being terminated$/);
      accepted(await merge(`${path}/configmaps/a`, { metadata: { finalizers: null } }));
      await eventually(async () => (await get(path)).code === 404, 'the namespace goes');
    },
  },
];
