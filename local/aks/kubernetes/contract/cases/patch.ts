import assert from 'node:assert/strict';
import type { CaseContext, ContractCase } from '../case.ts';
import { accepted, configMap, gadget, refused } from '../case.ts';

const modified = 'the object has been modified; please apply your changes to the latest version and try again';
const rejected = 'the server rejected our request due to an error in our request';

/** A JSON patch on `{ data: { key: 'value' } }` and what comes of it: the data, or a refusal. */
function jsonPatch(name: string, patch: unknown, expected: Record<string, string> | 'rejected'): ContractCase {
  return {
    name: `JSON patch: ${name}`,
    async run({ create, jsonPatch: apply, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const reply = await apply(`${configMaps}/a`, patch);
      if (expected === 'rejected') refused(reply, 422, 'Invalid', rejected);
      else assert.deepEqual(accepted(reply).body.data, expected);
    },
  };
}

function mergePatch(name: string, patch: unknown, expected: Record<string, string> | undefined): ContractCase {
  return {
    name: `merge patch: ${name}`,
    async run({ create, merge, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      assert.deepEqual(accepted(await merge(`${configMaps}/a`, patch)).body.data, expected);
    },
  };
}

async function created({ create, configMaps }: CaseContext): Promise<string> {
  return accepted(await create(configMaps, configMap('a')), 201).body.metadata.resourceVersion;
}

export const patchCases: readonly ContractCase[] = [
  mergePatch('adds and keeps', { data: { other: '1' } }, { key: 'value', other: '1' }),
  mergePatch('null removes', { data: { key: null, other: '1' } }, { other: '1' }),
  mergePatch('null for an object removes it', { data: null }, undefined),
  {
    name: 'merge patch: what changes nothing writes nothing',
    async run(context) {
      const version = await created(context);
      const { body } = accepted(await context.merge(`${context.configMaps}/a`, { data: { key: 'value' } }));
      assert.equal(body.metadata.resourceVersion, version);
    },
  },
  {
    name: 'merge patch: with the version that was read it is conditional',
    async run(context) {
      const { merge, configMaps } = context;
      const resourceVersion = await created(context);
      const patch = { metadata: { resourceVersion }, data: { other: '1' } };
      accepted(await merge(`${configMaps}/a`, patch));
      const reply = await merge(`${configMaps}/a`, { ...patch, data: { other: '2' } });
      refused(reply, 409, 'Conflict', `Operation cannot be fulfilled on configmaps "a": ${modified}`);
    },
  },
  {
    name: 'merge patch: a stale version conflicts even when nothing would change',
    async run(context) {
      const { merge, configMaps } = context;
      const resourceVersion = await created(context);
      accepted(await merge(`${configMaps}/a`, { data: { other: '1' } }));
      const reply = await merge(`${configMaps}/a`, { metadata: { resourceVersion }, data: { other: '1' } });
      refused(reply, 409, 'Conflict', /the object has been modified/);
    },
  },
  {
    name: 'merge patch: another UID is refused',
    async run(context) {
      await created(context);
      const reply = await context.merge(`${context.configMaps}/a`, { metadata: { uid: 'other' } });
      refused(reply, 422, 'Invalid', /metadata.uid: Invalid value: "other": field is immutable/);
    },
  },
  {
    name: 'merge patch: another name is refused',
    async run(context) {
      await created(context);
      const reply = await context.merge(`${context.configMaps}/a`, { metadata: { name: 'b' } });
      const message = 'the name of the object (b) does not match the name on the URL (a)';
      refused(reply, 400, 'BadRequest', message);
    },
  },
  {
    name: 'merge patch: a list is no patch',
    async run(context) {
      await created(context);
      const reply = await context.merge(`${context.configMaps}/a`, [1]);
      const message =
        'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}';
      refused(reply, 400, 'BadRequest', message);
    },
  },
  {
    name: 'merge patch: of what does not exist is not found',
    async run({ merge, configMaps }) {
      refused(await merge(`${configMaps}/a`, { data: {} }), 404, 'NotFound', 'configmaps "a" not found');
    },
  },
  {
    name: 'merge patch: a dry run changes nothing',
    async run(context) {
      const { merge, get, configMaps } = context;
      await created(context);
      const { body } = accepted(await merge(`${configMaps}/a?dryRun=All`, { data: { other: '1' } }));
      assert.deepEqual(body.data, { key: 'value', other: '1' });
      assert.deepEqual((await get(`${configMaps}/a`)).body.data, { key: 'value' });
    },
  },
  jsonPatch('adds', [{ op: 'add', path: '/data/other', value: '1' }], { key: 'value', other: '1' }),
  jsonPatch('replaces', [{ op: 'replace', path: '/data/key', value: '1' }], { key: '1' }),
  jsonPatch('replaces what is not there', [{ op: 'replace', path: '/data/other', value: '1' }], {
    key: 'value',
    other: '1',
  }),
  jsonPatch('moves', [{ op: 'move', from: '/data/key', path: '/data/other' }], { other: 'value' }),
  jsonPatch('copies', [{ op: 'copy', from: '/data/key', path: '/data/other' }], { key: 'value', other: 'value' }),
  jsonPatch(
    'a test that holds lets the rest through',
    [
      { op: 'test', path: '/data/key', value: 'value' },
      { op: 'add', path: '/data/other', value: '1' },
    ],
    { key: 'value', other: '1' },
  ),
  jsonPatch(
    'a test that fails stops it',
    [
      { op: 'test', path: '/data/key', value: 'other' },
      { op: 'add', path: '/data/other', value: '1' },
    ],
    'rejected',
  ),
  jsonPatch('removing what is not there is rejected', [{ op: 'remove', path: '/data/other' }], 'rejected'),
  jsonPatch('adding below what is not there is rejected', [{ op: 'add', path: '/dato/a', value: '1' }], 'rejected'),
  jsonPatch('an unknown operation is rejected', [{ op: 'change', path: '/data/key', value: '1' }], 'rejected'),
  {
    name: 'JSON patch: an object is no patch',
    async run(context) {
      await created(context);
      const reply = await context.jsonPatch(`${context.configMaps}/a`, { data: {} });
      refused(
        reply,
        400,
        'BadRequest',
        /^error decoding patch: json: cannot unmarshal object into Go value of type \[\]/,
      );
    },
  },
  {
    name: 'a patch of another media type is refused',
    async run(context) {
      await created(context);
      const reply = await context.ask('PATCH', `${context.configMaps}/a`, { data: {} });
      refused(reply, 415, 'UnsupportedMediaType', '415: Unsupported Media Type');
    },
  },
  {
    name: 'a strategic merge patch of a custom resource is refused',
    async run({ create, strategic, gadgets, unique }) {
      accepted(await create(gadgets, gadget(unique)), 201);
      const reply = await strategic(`${gadgets}/${unique}`, { spec: { size: 2 } });
      refused(
        reply,
        415,
        'UnsupportedMediaType',
        /^the body of the request was in an unknown format - accepted media types/,
      );
    },
  },
];
