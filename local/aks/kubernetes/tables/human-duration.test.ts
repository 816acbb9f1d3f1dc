import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ageOf, humanDuration } from './human-duration.ts';

const rows: [seconds: number, shown: string][] = [
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [125, '2m5s'],
  [599, '9m59s'],
  [600, '10m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 300, '3h5m'],
  [8 * 3600 + 300, '8h'],
  [48 * 3600, '2d'],
  [49 * 3600, '2d1h'],
  [9 * 86_400, '9d'],
  [800 * 86_400, '2y70d'],
];

for (const [seconds, shown] of rows) {
  it(`shows ${seconds} s as ${shown}`, () => assert.equal(humanDuration(seconds * 1000), shown));
}

it('shows no age without a time', () => assert.equal(ageOf(undefined, new Date()), '<unknown>'));
