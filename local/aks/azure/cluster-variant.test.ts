import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merged, variantOf } from './cluster-variant.ts';

test('tags with the prefix say what is particular, others say nothing', () => {
  const variant = variantOf({
    team: 'blue',
    'simulator:panics': '0,2',
    'simulator:dirty': '2',
    'simulator:kubeProxy': 'restore',
    'simulator:kernel': '5.4.0-1036-azure',
  });

  assert.deepEqual(variant, {
    behaviours: { 0: ['panics'], 2: ['panics', 'dirty'] },
    addonManager: { kubeProxy: 'restore' },
    profile: { kernelVersion: '5.4.0-1036-azure' },
  });
});

test('a tag that says nothing is named, with those that there are', () => {
  assert.throws(
    () => variantOf({ 'simulator:panic': '0' }),
    /simulator:panic = '0' means nothing here.*simulator:panics/,
  );
  assert.throws(() => variantOf({ 'simulator:panics': 'all' }), /'all' means nothing/);
  assert.throws(() => variantOf({ 'simulator:kubeProxy': 'gone' }), /'gone' means nothing/);
});

test('two variants add up, the second one wins', () => {
  const both = merged(
    { leaksGate: true, behaviours: { 0: ['dirty'] } },
    { leaksGate: false, behaviours: { 1: ['panics'] } },
  );

  assert.deepEqual(both, { leaksGate: false, behaviours: { 0: ['dirty'], 1: ['panics'] }, profile: {} });
});
