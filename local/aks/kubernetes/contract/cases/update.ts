import assert from 'node:assert/strict';
import type { ContractCase } from '../case.ts';
import { accepted, configMap, gadget, refused } from '../case.ts';

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

export const updateCases: readonly ContractCase[] = [
  {
    name: 'a PUT replaces, and moves the resourceVersion on',
    async run({ create, replace, configMaps }) {
      const before = accepted(await create(configMaps, configMap('a')), 201).body;
      const { body } = accepted(await replace(`${configMaps}/a`, configMap('a', { other: '1' })));
      assert.deepEqual(body.data, { other: '1' });
      assert.ok(Number(body.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
      assert.equal(body.metadata.uid, before.metadata.uid);
    },
  },
  {
    name: 'a PUT of a stale version conflicts',
    async run({ create, replace, configMaps }) {
      const before = accepted(await create(configMaps, configMap('a')), 201).body;
      accepted(await replace(`${configMaps}/a`, configMap('a', { x: '1' })));
      const reply = await replace(`${configMaps}/a`, before);
      refused(reply, 409, 'Conflict', `Operation cannot be fulfilled on configmaps "a": ${modified}`);
    },
  },
  {
    name: 'a PUT that changes nothing writes nothing',
    async run({ create, replace, configMaps }) {
      const before = accepted(await create(configMaps, configMap('a')), 201).body;
      const { body } = accepted(await replace(`${configMaps}/a`, configMap('a')));
      assert.equal(body.metadata.resourceVersion, before.metadata.resourceVersion);
    },
  },
  {
    name: 'a PUT on another name than the path is refused',
    async run({ create, replace, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const message = 'the name of the object (b) does not match the name on the URL (a)';
      refused(await replace(`${configMaps}/a`, configMap('b')), 400, 'BadRequest', message);
    },
  },
  {
    name: 'a PUT with the UID of another object conflicts',
    async run({ create, replace, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const reply = await replace(`${configMaps}/a`, { metadata: { name: 'a', uid: 'other' } });
      refused(reply, 409, 'Conflict', /Precondition failed: UID in precondition: other, UID in object meta: /);
    },
  },
  {
    name: 'a PUT on what does not exist is not found',
    async run({ replace, configMaps }) {
      refused(await replace(`${configMaps}/a`, configMap('a')), 404, 'NotFound', 'configmaps "a" not found');
    },
  },
  {
    name: 'a PUT of a custom resource must name its version',
    async run({ create, replace, gadgets, unique }) {
      accepted(await create(gadgets, gadget(unique)), 201);
      const reply = await replace(`${gadgets}/${unique}`, gadget(unique, { size: 2 }));
      refused(
        reply,
        422,
        'Invalid',
        /^gadgets.contract.example.com .* is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update$/,
      );
    },
  },
  {
    name: 'the spec moves the generation, metadata and status do not',
    async run({ create, merge, gadgets, unique }) {
      const path = `${gadgets}/${unique}`;
      accepted(await create(gadgets, gadget(unique)), 201);
      const generation = async (reply: ReturnType<typeof merge>) => accepted(await reply).body.metadata.generation;
      assert.equal(await generation(merge(path, { spec: { size: 2 } })), 2);
      assert.equal(await generation(merge(path, { metadata: { labels: { a: 'b' } } })), 2);
      assert.equal(await generation(merge(`${path}/status`, { status: { phase: 'Fine' } })), 2);
      assert.equal(await generation(merge(path, { spec: { size: 2 } })), 2);
      assert.equal(await generation(merge(path, { spec: null })), 3);
    },
  },
  {
    name: 'the main resource does not take a status, the status subresource takes nothing else',
    async run({ create, merge, gadgets, unique }) {
      const path = `${gadgets}/${unique}`;
      accepted(await create(gadgets, gadget(unique)), 201);
      const status = { phase: 'Fine' };
      const spec = { size: 9 };
      const main = accepted(await merge(path, { status })).body;
      assert.equal(main.status, undefined);
      const sub = accepted(await merge(`${path}/status`, { spec, status, metadata: { labels: { a: 'b' } } })).body;
      assert.deepEqual(sub.status, status);
      assert.deepEqual(sub.spec, { size: 1, mode: 'Auto' });
      assert.equal(sub.metadata['labels'], undefined);
    },
  },
  {
    name: 'what is the server’s stays as it is',
    async run({ create, merge, configMaps }) {
      const before = accepted(await create(configMaps, configMap('a')), 201).body;
      const metadata = { creationTimestamp: '2001-01-01T00:00:00Z', generation: 9 };
      const { body } = accepted(await merge(`${configMaps}/a`, { metadata }));
      assert.equal(body.metadata['creationTimestamp'], before.metadata['creationTimestamp']);
      const deleted = await merge(`${configMaps}/a`, { metadata: { deletionTimestamp: '2001-01-01T00:00:00Z' } });
      refused(
        deleted,
        422,
        'Invalid',
        /metadata.deletionTimestamp: Invalid value: "2001-01-01T00:00:00Z": field is immutable/,
      );
    },
  },
  {
    name: 'a lease is created by PUT, and replaced by version only',
    async run({ replace, namespace }) {
      const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/a`;
      const lease = (holderIdentity: string, resourceVersion?: string) => ({
        metadata: { name: 'a', resourceVersion },
        spec: { holderIdentity },
      });
      const { resourceVersion } = accepted(await replace(path, lease('me')), 201).body.metadata;
      const message =
        'leases.coordination.k8s.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update';
      refused(await replace(path, lease('you')), 422, 'Invalid', message);
      accepted(await replace(path, lease('you', resourceVersion)));
    },
  },
  {
    name: 'methods that a path does not have are refused',
    async run({ ask, configMaps }) {
      const message = 'the server does not allow this method on the requested resource';
      refused(await ask('POST', `${configMaps}/a`, {}), 405, 'MethodNotAllowed', message);
      refused(await ask('PATCH', configMaps, {}), 405, 'MethodNotAllowed', message);
    },
  },
];
