import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { before, test, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { generate } from 'selfsigned';
import { Failure } from '../reasons.ts';
import { createResourceManager } from './arm-resource-manager.ts';

const cluster = { subscriptionId: 's-1', resourceGroup: 'rg-1', name: 'demo' };
const secret = 'c2VjcmV0LXRva2Vu';
const credential = { getToken: async () => ({ token: secret, expiresOnTimestamp: Date.now() + 3_600_000 }) };

let tls: { key: string; cert: string };

before(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  tls = { key, cert };
  // Bearer tokens are sent over TLS only.
  setDefaultCACertificates([...getCACertificates('default'), cert]);
});

/** A Resource Manager that answers every request by `answer`. */
async function start(t: TestContext, answer: (url: string, response: ServerResponse) => void, timeout = 5000) {
  const requests: string[] = [];
  const server = createServer(tls, (request, response) => {
    const url = new URL(request.url ?? '', 'https://localhost');
    requests.push(`${request.method} ${url.pathname}`);
    response.setHeader('Date', 'Mon, 23 Nov 2026 10:00:30 GMT');
    response.setHeader('Content-Type', 'application/json');
    answer(url.pathname, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { manager: createResourceManager({ credential, endpoint, timeoutMilliseconds: timeout }), requests, endpoint };
}

function clusterBody(name: string): object {
  return {
    id: `/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: 'westeurope',
    systemData: { createdAt: '2026-11-23T10:00:00Z' },
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      resourceUID: `uid-${name}`,
      currentKubernetesVersion: '1.35.4',
      networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico', kubeProxyConfig: { enabled: true } },
      aadProfile: { managed: true, enableAzureRBAC: true },
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  const shown = inspect(error, { depth: 20, showHidden: true });
  assert.ok(!shown.includes(secret) && !shown.includes('hidden'), shown);
  return error;
}

test('a cluster is one GET, dated by its answer', async (t) => {
  const { manager, requests } = await start(t, (_url, response) => response.end(JSON.stringify(clusterBody('demo'))));

  const facts = await manager.managedCluster(cluster);

  const { resourceUid, ageSeconds, networkPolicy, azureRbac, kubernetesVersion } = facts;
  assert.deepEqual(
    { resourceUid, ageSeconds, networkPolicy, azureRbac, kubernetesVersion },
    { resourceUid: 'uid-demo', ageSeconds: 30, networkPolicy: 'calico', azureRbac: true, kubernetesVersion: '1.35.4' },
  );
  assert.deepEqual(requests, [
    'GET /subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerService/managedClusters/demo',
  ]);
});

test('the clusters of a subscription, page after page', async (t) => {
  const { manager, endpoint } = await start(t, (url, response) => {
    const more = url.startsWith('/more');
    const nextLink = more ? undefined : `${endpoint}/more`;
    response.end(JSON.stringify({ value: [clusterBody(more ? 'second' : 'first')], nextLink }));
  });

  const clusters = await manager.managedClusters('s-1');

  assert.deepEqual(
    clusters.map(({ name, ageSeconds }) => [name, ageSeconds]),
    [
      ['first', 30],
      ['second', 30],
    ],
  );
});

test('kubeconfigs of the user and of the administrator', async (t) => {
  const { manager } = await start(t, (url, response) => {
    const value = Buffer.from(url.replace(/.*\//, '')).toString('base64');
    response.end(JSON.stringify({ kubeconfigs: [{ name: 'clusterUser', value }] }));
  });

  assert.equal(await manager.userKubeconfig(cluster), 'listClusterUserCredential');
  assert.equal(await manager.adminKubeconfig(cluster), 'listClusterAdminCredential');
});

test('an answer without a kubeconfig is worth another try', async (t) => {
  const { manager } = await start(t, (_url, response) => response.end('{"kubeconfigs":[]}'));

  assert.match((await failureOf(manager.userKubeconfig(cluster))).message, /no kubeconfig/);
});

interface Refusal {
  status: number;
  code: string;
  headers?: Record<string, string>;
  expected: { kind: string; reason: string; retryAfter?: number } | 'transient';
}

const refusals: Refusal[] = [
  { status: 404, code: 'ResourceNotFound', expected: { kind: 'permanent', reason: 'CLUSTER_NOT_FOUND' } },
  { status: 404, code: 'ResourceGroupNotFound', expected: { kind: 'permanent', reason: 'CLUSTER_NOT_FOUND' } },
  { status: 403, code: 'AuthorizationFailed', expected: { kind: 'denied', reason: 'ACCESS_PENDING' } },
  {
    status: 429,
    code: 'Throttled',
    headers: { 'Retry-After': '17' },
    expected: { kind: 'throttled', reason: 'THROTTLED', retryAfter: 17 },
  },
  { status: 429, code: 'Throttled', expected: { kind: 'throttled', reason: 'THROTTLED', retryAfter: 10 } },
  { status: 409, code: 'ScopeLocked', expected: { kind: 'permanent', reason: 'REQUEST_REFUSED' } },
  { status: 409, code: 'OperationNotAllowed', expected: 'transient' },
  { status: 400, code: 'BadRequest', expected: { kind: 'permanent', reason: 'REQUEST_REFUSED' } },
  { status: 401, code: 'InvalidAuthenticationToken', expected: 'transient' },
  { status: 500, code: 'InternalServerError', expected: 'transient' },
  { status: 503, code: 'ServerBusy', expected: 'transient' },
];

for (const { status, code, headers, expected } of refusals) {
  test(`${status} ${code} is ${expected === 'transient' ? expected : expected.reason}, after one request`, async (t) => {
    const { manager, requests } = await start(t, (_url, response) => {
      response.writeHead(status, { ...headers, 'x-trace': 'hidden' });
      response.end(JSON.stringify({ error: { code, message: 'Said by Azure.' }, trace: 'hidden' }));
    });

    const error = await failureOf(manager.userKubeconfig(cluster));

    assert.equal(requests.length, 1);
    if (expected === 'transient') {
      assert.ok(!(error instanceof Failure));
      assert.match(error.message, new RegExp(`answered ${status} \\(${code}\\) to list user credentials of demo`));
      return;
    }
    assert.ok(error instanceof Failure);
    assert.deepEqual(
      { kind: error.kind, reason: error.reason.code, retryAfter: error.retryAfterSeconds },
      { retryAfter: undefined, ...expected },
    );
  });
}

test('no answer in time, and no token, are worth another try', async (t) => {
  const silent = await start(t, () => {}, 100);
  const signIn = new Error('hidden: the answer of the sign-in');
  signIn.name = 'AuthenticationError';
  Object.assign(signIn, { statusCode: 403 });
  const nobody = createResourceManager({
    credential: { getToken: () => Promise.reject(signIn) },
    endpoint: silent.endpoint,
  });

  const errors = await Promise.all([
    failureOf(silent.manager.managedCluster(cluster)),
    failureOf(nobody.managedCluster(cluster)),
  ]);

  for (const error of errors) assert.ok(!(error instanceof Failure));
  assert.match(errors[0]?.message ?? '', /cannot be reached/);
  assert.match(errors[1]?.message ?? '', /AuthenticationError/);
});
