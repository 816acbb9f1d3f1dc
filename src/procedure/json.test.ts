import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from './facts.ts';
import { leavesOf, objectAt, printed, remainderOf, sameJson, valueAt } from './json.ts';

describe('remainderOf', () => {
  const object: JsonObject = { spec: { a: 1, list: [{ x: 1 }], none: null, deep: { b: true } } };
  const cases: { patch: JsonObject; left: JsonObject | undefined }[] = [
    { patch: {}, left: undefined },
    { patch: { spec: { a: 1, deep: { b: true } } }, left: undefined },
    { patch: { spec: { a: 1, deep: { b: false } } }, left: { spec: { deep: { b: false } } } },
    { patch: { spec: { list: [{ x: 1 }] } }, left: undefined },
    { patch: { spec: { list: [] } }, left: { spec: { list: [] } } },
    { patch: { spec: { gone: null, none: null } }, left: undefined },
    { patch: { spec: { a: null } }, left: { spec: { a: null } } },
    { patch: { spec: { a: { b: 1 } } }, left: { spec: { a: { b: 1 } } } },
    { patch: { spec: { empty: {} } }, left: { spec: { empty: {} } } },
  ];
  for (const { patch, left } of cases) {
    it(`leaves ${JSON.stringify(left)} of ${JSON.stringify(patch)}`, () => {
      assert.deepEqual(remainderOf(patch, object), left);
    });
  }
});

describe('json', () => {
  it('finds own properties only', () => {
    assert.equal(valueAt({ a: { b: 2 } }, 'a', 'b'), 2);
    assert.equal(valueAt({ a: 1 }, 'a', 'b'), undefined);
    assert.equal(valueAt({}, 'toString'), undefined);
    assert.deepEqual(objectAt({ a: [1] }, 'a'), {});
  });

  it('compares whatever the order of the keys', () => {
    assert.ok(sameJson({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }));
    assert.ok(!sameJson({ a: 1 }, { a: 1, b: null }));
    assert.ok(!sameJson([1], [1, 2]));
    assert.ok(!sameJson([], {}));
  });

  it('names each leaf of a patch', () => {
    assert.deepEqual(leavesOf({ a: { b: null, c: {} }, d: [1] }), [
      { path: ['a', 'b'], value: null },
      { path: ['a', 'c'], value: {} },
      { path: ['d'], value: [1] },
    ]);
  });

  it('prints values for a sentence', () => {
    assert.deepEqual([undefined, null, 'x', false, [1]].map(printed), ['not set', 'not set', 'x', 'false', '[1]']);
  });
});
