import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../procedure/facts.ts';
import { Failure, reason } from '../reasons.ts';
import type { Api, ApiRequest } from './api.ts';
import { Unauthenticated } from './api-error.ts';
import { nodeLogs } from './node-logs.ts';
import { serverTime } from './testing/memory-api.ts';

function node(name: string, status = 'True', operatingSystem = 'linux', type = 'node'): JsonObject {
  const nodeInfo = { kernelVersion: '5.15', osImage: 'Ubuntu', architecture: 'amd64', operatingSystem };
  return {
    metadata: { name, labels: { type } },
    spec: {},
    status: { conditions: [{ type: 'Ready', status }], nodeInfo },
  };
}

function pod(name: string, nodeName: string, created: string, extra: JsonObject = {}): JsonObject {
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  return { metadata: { name, creationTimestamp: created, ...extra }, spec: { nodeName }, status };
}

const early = '2026-11-23T10:00:00Z';
const late = '2026-11-23T10:00:09Z';

/** Answers with these lists, and with each pod's log by `log`. */
function apiOf(nodes: JsonObject[], pods: JsonObject[], log: (request: ApiRequest) => Promise<string> | string) {
  const requests: ApiRequest[] = [];
  const api: Pick<Api, 'send'> = {
    async send(request) {
      requests.push(request);
      const lists: Record<string, JsonObject[]> = {
        '/api/v1/nodes': nodes,
        '/api/v1/namespaces/calico-system/pods': pods,
      };
      const items = lists[request.path];
      const text = items ? JSON.stringify({ items }) : await log(request);
      return { status: text === 'gone' ? 404 : 200, at: serverTime, text };
    },
  };
  return { api: api as Api, requests };
}

test('one log for each ready Linux node, and two requests besides', async () => {
  const nodes = [
    node('a'),
    node('b', 'Unknown'),
    node('c', 'True', 'windows'),
    node('d', 'True', 'linux', 'virtual-kubelet'),
    node('e'),
  ];
  const { api, requests } = apiOf(nodes, [pod('n1', 'a', early), pod('n2', 'b', early)], () => 'one\ntwo\n');

  const logs = await nodeLogs(api, '2026-11-23T09:59:00.000Z');

  assert.deepEqual(logs, [
    { node: 'a', pod: 'n1', ready: true, lines: ['one', 'two'] },
    { node: 'e', pod: undefined, ready: false, lines: undefined, problem: 'calico-node has no pod there' },
  ]);
  assert.equal(requests.length, 3);
  assert.deepEqual(requests[2]?.query, {
    container: 'calico-node',
    sinceTime: '2026-11-23T09:59:00.000Z',
    tailLines: '2000',
    limitBytes: '1048576',
  });
});

test('with names given the nodes are not listed, and answers keep their order', async () => {
  const names = ['c', 'a', 'b'];
  const pods = names.map((name) => pod(`pod-${name}`, name, early));
  const { api, requests } = apiOf([], pods, ({ path }) => path);

  const logs = await nodeLogs(api, undefined, names);

  assert.deepEqual(
    logs.map(({ node }) => node),
    names,
  );
  assert.equal(requests.length, 4);
  assert.equal(requests[1]?.query?.['sinceTime'], undefined);
});

test('of several pods on a node the newest that stays is read', async () => {
  const pods = [
    pod('new', 'a', late),
    pod('old', 'a', early),
    pod('going', 'a', '2026-11-23T11:00:00Z', { deletionTimestamp: late }),
    pod('only-going', 'b', early, { deletionTimestamp: late }),
  ];
  const { api } = apiOf([], pods, () => '');

  const logs = await nodeLogs(api, undefined, ['a', 'b']);

  assert.deepEqual(
    logs.map(({ pod }) => pod),
    ['new', 'only-going'],
  );
});

test('never more than two logs at a time', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
  let underWay = 0;
  let most = 0;
  const { api } = apiOf(
    [],
    names.map((name) => pod(name, name, early)),
    async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return '';
    },
  );

  const logs = await nodeLogs(api, undefined, names);

  assert.deepEqual([logs.length, most], [9, 2]);
});

const tolerated: [title: string, log: () => string, problem: RegExp][] = [
  ['a pod that went meanwhile', () => 'gone', /the pod is gone/],
  [
    'a container that waits',
    () => {
      const problem = 'container "calico-node" in pod "n" is waiting to start: PodInitializing';
      throw new Failure('permanent', reason('REQUEST_REFUSED', { server: 's', what: 'read', problem }));
    },
    /waiting to start/,
  ],
  [
    'a kubelet that does not answer',
    () => {
      throw new Error('s answered 500');
    },
    /answered 500/,
  ],
];

for (const [title, log, problem] of tolerated) {
  test(`no lines, but a problem: ${title}`, async () => {
    const { api } = apiOf([], [pod('n', 'a', early)], log);

    const [read] = await nodeLogs(api, undefined, ['a']);

    assert.deepEqual([read?.lines, read?.ready, read?.pod], [undefined, true, 'n']);
    assert.match(read?.problem ?? '', problem);
  });
}

const passedOn = [
  new Unauthenticated('s'),
  new Failure('denied', reason('ACCESS_PENDING', { what: 'pods/log' })),
  new Failure('throttled', reason('THROTTLED', { server: 's', seconds: 3 }), 3),
];

for (const error of passedOn) {
  test(`${error.name} ${error instanceof Failure ? error.kind : ''} concerns the whole run`, async () => {
    const { api } = apiOf([], [pod('n', 'a', early)], () => {
      throw error;
    });

    await assert.rejects(nodeLogs(api, undefined, ['a']), (thrown) => thrown === error);
  });
}
