import assert from 'node:assert/strict';
import { it } from 'node:test';
import { activityNames } from './activity-table.ts';

it('the names of activities are those in the histories of runs in flight (docs/decisions/0007-histories.md)', () => {
  assert.deepEqual(activityNames, [
    'openRun',
    'readManagedCluster',
    'planRun',
    'planWayBack',
    'applyStep',
    'watchStep',
    'proveRun',
    'concludeRun',
  ]);
});
