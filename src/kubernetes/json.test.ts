import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../procedure/facts.ts';
import { covers, depthPresent, valueAt, withValueAt } from './json.ts';

const object = { spec: { calicoNetwork: { mtu: 0, ipPools: [{ cidr: '10.0.0.0/16' }] } } };

test('a value is found by its path, and names that every object inherits are not there', () => {
  assert.equal(valueAt(object, ['spec', 'calicoNetwork', 'mtu']), 0);
  assert.equal(valueAt(object, ['spec', 'calicoNetwork', 'mtu', 'deeper']), undefined);
  assert.equal(valueAt(object, ['spec', 'constructor']), undefined);
  assert.equal(depthPresent(object, ['spec', 'calicoNetwork', 'linuxDataplane']), 2);
  assert.equal(depthPresent(object, ['status']), 0);
});

test('setting and removing leave the original as it is', () => {
  assert.deepEqual(withValueAt({ a: { b: 1 } }, ['a', 'c', 'd'], 2), { a: { b: 1, c: { d: 2 } } });
  assert.deepEqual(withValueAt({ a: 1 }, ['a', 'b'], 2), { a: { b: 2 } });
  assert.deepEqual(withValueAt({ a: { b: 1, c: 2 } }, ['a', 'b'], undefined), { a: { c: 2 } });
  const original = { a: { b: 1 } };
  assert.deepEqual(withValueAt(original, ['x', 'y'], undefined), { a: { b: 1 } });
  assert.deepEqual(withValueAt(original, ['a', 'b', 'c'], undefined), { a: { b: 1 } });
  withValueAt(original, ['a', 'b'], 2);
  assert.deepEqual(original, { a: { b: 1 } });
});

const coverings: [title: string, actual: Json | undefined, wanted: Json, expected: boolean][] = [
  ['the same scalar', 'BPF', 'BPF', true],
  ['another type', '1', 1, false],
  ['nothing there', undefined, 'BPF', false],
  ['a default added to an object', { a: 1, added: true }, { a: 1 }, true],
  ['a key that is missing', { b: 1 }, { a: 1 }, false],
  ['a default added inside an array', [{ a: 1, added: true }], [{ a: 1 }], true],
  ['a longer array', [1, 2], [1], false],
  ['another order', [2, 1], [1, 2], false],
];

for (const [title, actual, wanted, expected] of coverings) {
  test(`covers: ${title}`, () => assert.equal(covers(actual, wanted), expected));
}
