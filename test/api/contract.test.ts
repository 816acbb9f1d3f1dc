import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actionSchema, startBodySchema } from '../../src/api/schemas.ts';
import { readRunsQuery } from '../../src/api/runs-query.ts';
import { readStartRequest } from '../../src/intake/http.ts';
import { clusterKey, parseClusterId } from '../../src/intake/resource-id.ts';
import { actions } from '../../src/intake/run-request.ts';

const params = { subscriptionId: '11111111-2222-4333-8444-555555555555', resourceGroup: 'Shop', name: 'blue' };

describe('what the API promises and what the intake takes', () => {
  it('are the same actions', () => {
    assert.deepEqual(actionSchema.options, [...actions]);
  });

  for (const body of [
    { action: 'enable' },
    { action: 'ENABLE' },
    { action: 'plan', more: 1 },
    {},
    [],
    'enable',
    null,
  ]) {
    it(`agree on ${JSON.stringify(body)}`, async () => {
      const { body: stream, headers } = new Request('https://localhost/', {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const taken = await readStartRequest({ body: stream, headers, params }).then(
        () => true,
        () => false,
      );
      assert.equal(taken, startBodySchema.safeParse(body).success);
    });
  }

  it('are the same key of a cluster, by its id and by its names', () => {
    const { subscriptionId, resourceGroup, name } = params;
    const filter = (cluster: string) => readRunsQuery([['cluster', cluster]]).filter.cluster;
    const resourceId = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
    const parsed = parseClusterId(resourceId);
    assert('cluster' in parsed);
    assert.equal(filter(resourceId), clusterKey(parsed.cluster.resourceId));
    assert.equal(filter(`${subscriptionId}/${resourceGroup}/${name}`), clusterKey(parsed.cluster.resourceId));
  });
});
