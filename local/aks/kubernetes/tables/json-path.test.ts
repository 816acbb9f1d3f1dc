import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Json } from '../objects.ts';
import { valuesAt } from './json-path.ts';

const object = {
  spec: { size: 1, list: ['a', 'b'] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Degraded', status: 'False' },
    ],
  },
  metadata: { annotations: { 'example.com/key': 'yes' } },
};

const rows: [path: string, values: Json[]][] = [
  ['.spec.size', [1]],
  ['.spec.none', []],
  ['.spec.list[1]', ['b']],
  ['.spec.list[*]', ['a', 'b']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type=='Degraded')].status", ['False']],
  [String.raw`.metadata.annotations.example\.com/key`, ['yes']],
  [".metadata.annotations['example.com/key']", ['yes']],
];

for (const [path, values] of rows) {
  it(`finds ${JSON.stringify(values)} at ${path}`, () => assert.deepEqual(valuesAt(object, path), values));
}
