import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEntry } from '../aks/azure/server.ts';
import { createRequestLog } from '../aks/kubernetes/request-log.ts';
import type { RunDocument } from './app-client.ts';
import { isGood, reportOf } from './report.ts';

const resourceId = '/subscriptions/sub/resourcegroups/demo/providers/Microsoft.ContainerService/managedClusters/one';
const proven = { result: 'proven' };
const run: RunDocument = {
  id: '1',
  action: 'enable',
  state: 'finished',
  outcome: 'enabled',
  era: 'E4',
  procedure: 'coexist',
  steps: [],
  reasons: [],
  notices: [],
  proof: {
    result: 'proven',
    configuration: proven,
    rollout: proven,
    nodes: [
      { node: 'a', ...proven },
      { node: 'b', ...proven },
    ],
  },
  requestedAt: '2026-11-23T10:00:00Z',
};

function requestsOf(...calls: [user: string, verb: string, path: string][]) {
  const log = createRequestLog(100);
  const common = { query: '', group: '', resource: '', subresource: '', namespace: '', name: '', code: 200 };
  for (const [user, verb, path] of calls)
    log.add({ ...common, user, verb, path, connection: 1, at: new Date(), bytes: 1 });
  return log;
}

function armCall(caller: string, path: string): RequestEntry {
  return { method: 'GET', path, status: 200, at: new Date(), connection: 1, caller };
}

test('only what the app did on this cluster is counted', () => {
  const requests = requestsOf(
    ['app', 'get', '/a'],
    ['app', 'get', '/a'],
    ['app', 'patch', '/a'],
    ['masterclient', 'get', '/a'],
    ['aksService', 'patch', '/a'],
    ['operator', 'get', '/a'],
  );
  const armRequests = [
    armCall('app', resourceId.replace('resourcegroups', 'resourceGroups')),
    armCall('app', `${resourceId}/listClusterUserCredential`),
    armCall('app', resourceId.replace('/one', '/two')),
    armCall('operator', resourceId),
  ];

  const report = reportOf({
    name: 'one',
    resourceId,
    nodes: 2,
    run,
    requests,
    podsReplaced: 2,
    armRequests,
    app: 'app',
  });

  assert.deepEqual(report, {
    cluster: 'one',
    era: 'E4',
    procedure: 'coexist',
    outcome: 'enabled',
    writes: 1,
    reads: 2,
    armCalls: 2,
    podsReplaced: 2,
    nodes: 2,
    proof: { configuration: 'proven', rollout: 'proven', nodes: 'proven' },
  });
  assert.ok(isGood(report));
});

test('a run is good when it is enabled and proven in every layer, on every node', () => {
  const common = {
    name: 'one',
    resourceId,
    nodes: 2,
    requests: requestsOf(),
    podsReplaced: 0,
    armRequests: [],
    app: 'app',
  };
  const nodes = [
    { node: 'a', result: 'proven' },
    { node: 'b', result: 'unknown' },
  ];
  const doubtful = reportOf({
    ...common,
    run: { ...run, proof: { ...run.proof, result: 'unknown', configuration: proven, rollout: proven, nodes } },
  });
  const refused = reportOf({ ...common, run: { ...run, outcome: 'refused', proof: undefined } });

  assert.equal(doubtful.proof?.nodes, 'unknown');
  assert.deepEqual([isGood(doubtful), isGood(refused)], [false, false]);
});
