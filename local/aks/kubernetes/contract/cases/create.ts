import assert from 'node:assert/strict';
import { textAt } from '../../objects.ts';
import type { ContractCase } from '../case.ts';
import { accepted, configMap, refused } from '../case.ts';

export const createCases: readonly ContractCase[] = [
  {
    name: 'a created object has identity, time and version',
    async run({ create, configMaps, namespace }) {
      const { body } = accepted(await create(configMaps, configMap('a')), 201);
      const { name, uid, resourceVersion } = body.metadata;
      assert.equal(name, 'a');
      assert.equal(body.metadata['namespace'], namespace);
      assert.match(uid, /^[0-9a-f-]{36}$/);
      assert.match(resourceVersion, /^\d+$/);
      assert.match(textAt(body.metadata, 'creationTimestamp'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(body.metadata.generation, undefined);
    },
  },
  {
    name: 'kind and apiVersion may be left out for a built-in kind',
    async run({ create, configMaps }) {
      const { body } = accepted(await create(configMaps, { metadata: { name: 'a' } }), 201);
      assert.equal(body.kind, 'ConfigMap');
    },
  },
  {
    name: 'a second object of the same name is refused',
    async run({ create, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const reply = await create(configMaps, configMap('a'));
      refused(reply, 409, 'AlreadyExists', 'configmaps "a" already exists');
      assert.deepEqual(reply.body.details, { name: 'a', kind: 'configmaps' });
    },
  },
  {
    name: 'generateName makes up a name',
    async run({ create, configMaps }) {
      const { body } = accepted(await create(configMaps, { metadata: { generateName: 'made-' } }), 201);
      assert.match(textAt(body.metadata, 'name'), /^made-[a-z0-9]{5}$/);
    },
  },
  {
    name: 'a nameless object is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, { metadata: {} });
      const message = 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required';
      refused(reply, 422, 'Invalid', message);
    },
  },
  {
    name: 'a name that is no subdomain is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, configMap('B_c'));
      const rule =
        /^ConfigMap "B_c" is invalid: metadata.name: Invalid value: "B_c": a lowercase RFC 1123 subdomain must/;
      refused(reply, 422, 'Invalid', rule);
    },
  },
  {
    name: 'a resourceVersion on creation is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, { metadata: { name: 'a', resourceVersion: '5' } });
      refused(reply, 500, '', 'resourceVersion should not be set on objects to be created');
    },
  },
  {
    name: 'another kind is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
      refused(reply, 400, 'BadRequest', /^Pod in version "v1" cannot be handled as a ConfigMap: /);
    },
  },
  {
    name: 'another namespace than the path is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, { metadata: { name: 'a', namespace: 'default' } });
      const message = 'the namespace of the provided object does not match the namespace sent on the request';
      refused(reply, 400, 'BadRequest', message);
    },
  },
  {
    name: 'a namespace that does not exist is named',
    async run({ create, unique }) {
      const reply = await create(`/api/v1/namespaces/${unique}/configmaps`, configMap('a'));
      refused(reply, 404, 'NotFound', `namespaces "${unique}" not found`);
    },
  },
  {
    name: 'a body that is no JSON is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, '{nope');
      refused(reply, 400, 'BadRequest', /^the object provided is unrecognized \(must be of type ConfigMap\)/);
    },
  },
  {
    name: 'a ConfigMap with an impossible key is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, configMap('a', { 'x y': '1' }));
      refused(
        reply,
        422,
        'Invalid',
        /^ConfigMap "a" is invalid: data\[x y\]: Invalid value: "x y": a valid config key/,
      );
    },
  },
  {
    name: 'a dry run creates nothing',
    async run({ create, get, configMaps }) {
      accepted(await create(`${configMaps}?dryRun=All`, configMap('a')), 201);
      assert.equal((await get(`${configMaps}/a`)).code, 404);
    },
  },
  {
    name: 'another dry run than All is refused',
    async run({ create, configMaps }) {
      const reply = await create(`${configMaps}?dryRun=Some`, configMap('a'));
      refused(reply, 422, 'Invalid', /dryRun: Unsupported value: .*supported values: "All"$/);
    },
  },
  {
    name: 'a status is not taken on creation',
    async run({ create, gadgets, unique }) {
      const given = { apiVersion: 'contract.example.com/v1', kind: 'Gadget', metadata: { name: unique } };
      const { body } = accepted(await create(gadgets, { ...given, status: { phase: 'Fine' } }), 201);
      assert.equal(body.status, undefined);
      assert.equal(body.metadata.generation, 1);
    },
  },
  {
    name: 'a label that is no label is refused',
    async run({ create, configMaps }) {
      const reply = await create(configMaps, { metadata: { name: 'a', labels: { team: 'not a label' } } });
      refused(
        reply,
        422,
        'Invalid',
        /^ConfigMap "a" is invalid: metadata.labels: Invalid value: "not a label": a valid label/,
      );
    },
  },
];
