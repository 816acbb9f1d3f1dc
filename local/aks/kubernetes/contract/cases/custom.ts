import assert from 'node:assert/strict';
import { listAt, textAt } from '../../objects.ts';
import type { ContractCase } from '../case.ts';
import { accepted, gadget, gadgetDefinition, gadgetVersion, refused } from '../case.ts';

/** A spec and the refusal of it, in the API server's words after the field's path. */
function refuses(name: string, spec: Record<string, unknown>, message: string): ContractCase {
  return {
    name: `schema: ${name}`,
    async run({ create, gadgets, unique }) {
      const reply = await create(gadgets, gadget(unique, spec));
      const subject = `Gadget.contract.example.com "${unique}" is invalid: `;
      refused(reply, 422, 'Invalid', subject + message);
      assert.equal(reply.body.details['kind'], 'Gadget');
    },
  };
}

function keeps(name: string, spec: Record<string, unknown>, expected: Record<string, unknown>): ContractCase {
  return {
    name: `schema: ${name}`,
    async run({ create, gadgets, unique }) {
      const { body } = accepted(await create(gadgets, gadget(unique, spec)), 201);
      assert.deepEqual(body.spec, expected);
    },
  };
}

export const customCases: readonly ContractCase[] = [
  keeps('what it does not specify is dropped', { size: 1, unknown: 1 }, { size: 1, mode: 'Auto' }),
  keeps(
    'what it does not specify is dropped in a list',
    { parts: [{ name: 'a', unknown: 1 }] },
    {
      parts: [{ name: 'a', weight: 7 }],
      mode: 'Auto',
    },
  ),
  keeps(
    'unknown fields are kept where it says so',
    { free: { any: { thing: [1] } } },
    {
      free: { any: { thing: [1] } },
      mode: 'Auto',
    },
  ),
  keeps('a map takes any key', { labels: { any: 'value' } }, { labels: { any: 'value' }, mode: 'Auto' }),
  keeps('a value stands before a default', { mode: 'Manual' }, { mode: 'Manual' }),
  keeps('a null counts as absent where there is a default', { mode: null }, { mode: 'Auto' }),
  keeps('a null stays where it may be', { optional: null }, { optional: null, mode: 'Auto' }),
  keeps('a number or a text', { port: 80 }, { port: 80, mode: 'Auto' }),
  keeps('a text or a number', { port: 'http' }, { port: 'http', mode: 'Auto' }),
  refuses(
    'an enum lists what it takes',
    { color: 'Blue' },
    'spec.color: Unsupported value: "Blue": supported values: "Red", "Green"',
  ),
  refuses(
    'another type',
    { size: 'big' },
    'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
  ),
  refuses(
    'too small',
    { size: 0 },
    'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  ),
  refuses(
    'too large',
    { size: 11 },
    'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10',
  ),
  refuses(
    "a pattern with Go's flags",
    { reply: 'no' },
    `spec.reply: Invalid value: "no": spec.reply in body should match '^(?i)(Drop|Accept)?$'`,
  ),
  refuses('a pattern', { code: 'A1' }, `spec.code: Invalid value: "A1": spec.code in body should match '^[a-z]+$'`),
  refuses('too long', { code: 'abcdef' }, 'spec.code: Too long: may not be more than 5 bytes'),
  refuses('a required field', { parts: [{ weight: 1 }] }, 'spec.parts[0].name: Required value'),
  refuses(
    'too many',
    { parts: ['a', 'b', 'c', 'd'].map((name) => ({ name })) },
    'spec.parts: Too many: 4: must have at most 3 items',
  ),
  refuses(
    'neither number nor text',
    { port: true },
    'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
  ),
  {
    name: 'schema: all that is wrong is said',
    async run({ create, gadgets, unique }) {
      const reply = await create(gadgets, gadget(unique, { color: 'Blue', size: 0 }));
      refused(reply, 422, 'Invalid', /^Gadget.contract.example.com "[^"]+" is invalid: \[spec\..+, spec\..+\]$/);
      const causes = listAt(reply.body.details, 'causes').map((cause) => textAt(cause, 'reason'));
      assert.deepEqual(new Set(causes), new Set(['FieldValueNotSupported', 'FieldValueInvalid']));
    },
  },
  {
    name: 'schema: a patch is validated, and nothing is written',
    async run({ create, merge, get, gadgets, unique }) {
      accepted(await create(gadgets, gadget(unique)), 201);
      const path = `${gadgets}/${unique}`;
      refused(await merge(path, { spec: { color: 'Blue', size: 2 } }), 422, 'Invalid', /spec.color: Unsupported value/);
      assert.equal((await get(path)).body.spec['size'], 1);
    },
  },
  {
    name: 'schema: a patch of an unknown field changes nothing',
    async run({ create, merge, gadgets, unique }) {
      const before = accepted(await create(gadgets, gadget(unique)), 201).body;
      const { body } = accepted(await merge(`${gadgets}/${unique}`, { spec: { unknown: 1 } }));
      assert.equal(body.metadata.resourceVersion, before.metadata.resourceVersion);
    },
  },
  {
    name: 'unknown fields are warned of; fieldValidation=Strict refuses them, Ignore says nothing',
    async run({ create, gadgets, unique }) {
      const body = gadget(unique, { unknown: 1 });
      refused(
        await create(`${gadgets}?fieldValidation=Strict`, body),
        400,
        'BadRequest',
        /strict decoding error: unknown field "spec.unknown"$/,
      );
      const warned = accepted(await create(gadgets, body), 201);
      const ignored = accepted(
        await create(`${gadgets}?fieldValidation=Ignore`, gadget(`${unique}-2`, { unknown: 1 })),
        201,
      );
      assert.equal(ignored.headers['warning'], undefined);
      assert.equal(warned.headers['warning'], String.raw`299 - "unknown field \"spec.unknown\""`);
    },
  },
  keeps('a null counts as absent where it may not be', { size: null }, { mode: 'Auto' }),
  {
    name: 'a custom resource must say its kind',
    async run({ create, merge, gadgets, unique }) {
      const reply = await create(gadgets, { metadata: { name: unique } });
      refused(
        reply,
        400,
        'BadRequest',
        /^the object provided is unrecognized \(must be of type Gadget\): Object 'Kind' is missing/,
      );
      const other = await create(gadgets, { ...gadget(unique), kind: 'Widget' });
      refused(other, 422, 'Invalid', /kind: Invalid value: "Widget": must be Gadget$/);
      const version = await create(gadgets, { ...gadget(unique), apiVersion: 'contract.example.com/v2' });
      const message =
        'the API version in the data (contract.example.com/v2) does not match the expected API version (contract.example.com/v1)';
      refused(version, 400, 'BadRequest', message);
      accepted(await create(gadgets, gadget(unique)), 201);
      const patched = await merge(`${gadgets}/${unique}`, { apiVersion: 'contract.example.com/v2' });
      const wrong = /apiVersion: Invalid value: "contract.example.com\/v2": must be contract.example.com\/v1$/;
      refused(patched, 422, 'Invalid', wrong);
    },
  },
  {
    name: 'a CRD is established, and serves discovery',
    async run({ get }) {
      const { body } = accepted(
        await get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.contract.example.com'),
      );
      const conditions = body.status['conditions'] as { type: string; status: string }[];
      assert.deepEqual(
        conditions.map(({ type, status }) => `${type}=${status}`),
        ['NamesAccepted=True', 'Established=True'],
      );
      assert.deepEqual(body.status['storedVersions'], ['v1']);
      const served = accepted(await get(`/apis/${gadgetVersion}`)).body;
      const resources = served['resources'] as { name: string; kind: string; namespaced: boolean }[];
      assert.deepEqual(
        resources.map(({ name, kind, namespaced }) => [name, kind, namespaced]),
        [
          ['gadgets', 'Gadget', false],
          ['gadgets/status', 'Gadget', false],
        ],
      );
    },
  },
  {
    name: 'a CRD must be named for its plural and group',
    async run({ create }) {
      const definition = { ...gadgetDefinition, metadata: { name: 'others.contract.example.com' } };
      const reply = await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
      refused(
        reply,
        422,
        'Invalid',
        /metadata.name: Invalid value: "others.contract.example.com": must be spec.names.plural\+"."\+spec.group/,
      );
    },
  },
  {
    name: 'a CRD with a pattern that is none is refused',
    async run({ create }) {
      const schema = { openAPIV3Schema: { type: 'object', properties: { a: { type: 'string', pattern: '(a' } } } };
      const versions = [{ name: 'v1', served: true, storage: true, schema }];
      const spec = { ...gadgetDefinition.spec, group: 'pattern.example.com', versions };
      const definition = { ...gadgetDefinition, metadata: { name: 'gadgets.pattern.example.com' }, spec };
      const reply = await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
      refused(reply, 422, 'Invalid', /pattern: Invalid value: "\(a": must be a valid regular expression, but isn't: /);
    },
  },
  {
    name: 'a CRD that preserves unknown fields is refused',
    async run({ create }) {
      const spec = { ...gadgetDefinition.spec, group: 'old.example.com', preserveUnknownFields: true };
      const definition = { ...gadgetDefinition, metadata: { name: 'gadgets.old.example.com' }, spec };
      const reply = await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
      refused(reply, 422, 'Invalid', /spec.preserveUnknownFields: Invalid value: true: /);
    },
  },
];
