import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import { Failure } from '../reasons.ts';
import { createResourceManager } from './arm-resource-manager.ts';
import { watchful } from './same-cluster.ts';

const one = {
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/one',
  subscriptionId: 's',
  resourceGroup: 'g',
  name: 'one',
  resourceUid: 'first',
} as ManagedClusterFacts;

function world() {
  const state = { reads: 0, uid: 'first' };
  const manager = createResourceManager({ credential: { getToken: () => Promise.resolve(null) } });
  const watched = watchful({
    ...manager,
    managedCluster: async () => {
      state.reads += 1;
      return { ...one, resourceUid: state.uid };
    },
  });
  return { state, watched };
}

it('a cluster that was just read is not read again, once', async () => {
  const { state, watched } = world();
  await watched.managedCluster(one);
  await watched.requireSame(one);
  assert.equal(state.reads, 1);

  await watched.requireSame(one);
  assert.equal(state.reads, 2);
});

it('a cluster that took the name of another is not entered', async () => {
  const { state, watched } = world();
  state.uid = 'second';
  const entered = watched.requireSame(one);
  await assert.rejects(entered, (error) => error instanceof Failure && error.reason.code === 'CLUSTER_REPLACED');

  await watched.managedCluster(one);
  await assert.rejects(watched.requireSame(one), Failure);
});
