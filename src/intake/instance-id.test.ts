import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { v7 } from 'uuid';
import { instanceId } from './instance-id.ts';
import { actions } from './run-request.ts';
import type { RunRequest } from './run-request.ts';

const cluster = {
  resourceId:
    '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/blue',
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  resourceGroup: 'shop',
  name: 'blue',
};
const idOf = (action: RunRequest['action'], resourceId = cluster.resourceId, runId = v7()) =>
  instanceId({ action, runId, cluster: { ...cluster, resourceId } });

describe('the durable instance of a request', () => {
  it('is one for each cluster where it may write', () => {
    assert.equal(idOf('enable'), 'aks-002c64b8d257f7d8549369109758642d');
    assert.equal(idOf('disable', cluster.resourceId.toUpperCase()), idOf('enable'));
    assert.notEqual(idOf('enable', `${cluster.resourceId}2`), idOf('enable'));
  });

  it('is its own where it only reads', () => {
    const runId = v7();
    assert.equal(idOf('plan', cluster.resourceId, runId), `read-${runId}`);
    assert.equal(idOf('verify', cluster.resourceId, runId), `read-${runId}`);
  });

  for (const action of actions) {
    it(`of ${action} fits into a URL`, () => assert.match(idOf(action), /^[a-z\d-]{1,99}$/));
  }
});
