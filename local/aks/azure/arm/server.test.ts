import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { appIdentity, startTestAzure, subscriptionId } from '../test-azure.ts';

const provider = 'providers/Microsoft.ContainerService';
const demo = `/subscriptions/${subscriptionId}/resourceGroups/rg/${provider}/managedClusters/demo`;
const body = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: { dnsPrefix: 'demo', agentPoolProfiles: [{ name: 'pool', mode: 'System', count: 1 }] },
};

async function startWithFetch(t: TestContext, overrides: Parameters<typeof startTestAzure>[1] = {}) {
  const azure = await startTestAzure(t, overrides);
  const { token } = await azure.issuer.issue(appIdentity, 'https://management.azure.com');
  const call = async (method: string, path: string, sent?: unknown, bearer = token) => {
    const answer = await fetch(`${azure.arm.url}${path}`, {
      method,
      headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
      ...(sent === undefined ? {} : { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
    });
    const text = await answer.text();
    const parsed = (text ? JSON.parse(text) : {}) as { error?: { code: string; message: string } };
    return {
      status: answer.status,
      code: parsed.error?.code,
      message: parsed.error?.message ?? '',
      headers: answer.headers,
    };
  };
  return { ...azure, call };
}

test('nobody comes in without a good token for ARM', async (t) => {
  const { call, issuer } = await startWithFetch(t);
  const { token: forKubernetes } = await issuer.issue(appIdentity, '6dae42f8-4368-4678-94ff-3960e28e3630');
  const path = `${demo}?api-version=2026-06-01`;

  const none = await call('GET', path, undefined, '');
  const junk = await call('GET', path, undefined, 'junk');
  const other = await call('GET', path, undefined, forKubernetes);

  assert.deepEqual([none.status, none.code], [401, 'AuthenticationFailed']);
  assert.deepEqual([junk.status, junk.code], [401, 'InvalidAuthenticationToken']);
  assert.deepEqual([other.status, other.code], [401, 'InvalidAuthenticationTokenAudience']);
  assert.match(String(none.headers.get('www-authenticate')), /^Bearer /);
});

const refusals: [
  what: string,
  method: string,
  path: string,
  sent: unknown,
  status: number,
  code: string,
  message: RegExp,
][] = [
  ['no api-version', 'GET', demo, undefined, 400, 'MissingApiVersionParameter', /api-version/],
  [
    'a wrong api-version',
    'GET',
    `${demo}?api-version=2015-01-01`,
    undefined,
    400,
    'NoRegisteredProviderFound',
    /2026-06-01/,
  ],
  [
    'an unknown cluster',
    'GET',
    `${demo}?api-version=2026-06-01`,
    undefined,
    404,
    'ResourceNotFound',
    /'rg' was not found/,
  ],
  [
    'another subscription',
    'GET',
    `${demo.replace(subscriptionId, 'nobodys')}?api-version=2026-06-01`,
    undefined,
    404,
    'SubscriptionNotFound',
    /nobodys/,
  ],
  [
    'another type',
    'GET',
    `/subscriptions/${subscriptionId}/${provider}/fleets?api-version=2026-06-01`,
    undefined,
    404,
    'InvalidResourceType',
    /fleets/,
  ],
  ['a slash in a name', 'GET', `${demo}%2Fx?api-version=2026-06-01`, undefined, 404, 'InvalidResourceType', /demo/],
  ['another method', 'POST', `${demo}?api-version=2026-06-01`, {}, 405, 'MethodNotAllowed', /POST/],
  ['no JSON', 'PUT', `${demo}?api-version=2026-06-01`, '{', 400, 'InvalidRequestContent', /deserialized/],
  [
    'no location',
    'PUT',
    `${demo}?api-version=2026-06-01`,
    { ...body, location: undefined },
    400,
    'InvalidParameter',
    /location/,
  ],
  [
    'a version that there is not',
    'PUT',
    `${demo}?api-version=2026-06-01`,
    { ...body, properties: { ...body.properties, kubernetesVersion: '1.27' } },
    400,
    'K8sVersionNotSupported',
    /1\.35\.4, 1\.20\.2/,
  ],
  [
    'no system pool',
    'PUT',
    `${demo}?api-version=2026-06-01`,
    { ...body, properties: { ...body.properties, agentPoolProfiles: [{ name: 'pool' }] } },
    400,
    'InvalidParameter',
    /system pool/,
  ],
  [
    'no identity',
    'PUT',
    `${demo}?api-version=2026-06-01`,
    { ...body, identity: undefined },
    400,
    'InvalidParameter',
    /servicePrincipalProfile/,
  ],
  [
    'local accounts off without Entra',
    'PUT',
    `${demo}?api-version=2026-06-01`,
    { ...body, properties: { ...body.properties, disableLocalAccounts: true } },
    400,
    'BadRequest',
    /aadProfile/,
  ],
];

test('what is refused, is refused as ARM does', async (t) => {
  const { call } = await startWithFetch(t);

  for (const [what, method, path, sent, status, code, message] of refusals) {
    const answer = await call(method, path, sent);

    assert.deepEqual([answer.status, answer.code], [status, code], what);
    assert.match(answer.message, message, what);
  }
});

test('a body over the limit is a 413, and the next request is served', async (t) => {
  const { call } = await startWithFetch(t);

  const large = await call('PUT', `${demo}?api-version=2026-06-01`, 'x'.repeat(5 * 1024 * 1024));
  const next = await call('GET', `${demo}?api-version=2026-06-01`);

  assert.equal(large.status, 413);
  assert.equal(next.status, 404);
});

test('a write on a cluster that is being created conflicts', async (t) => {
  const { call } = await startWithFetch(t, { creationSeconds: 3600 });

  const [first, second] = await Promise.all([
    call('PUT', `${demo}?api-version=2026-06-01`, body),
    call('PUT', `${demo.toUpperCase()}?api-version=2026-06-01`, body),
  ]);

  assert.deepEqual(new Set([first.status, second.status]), new Set([201, 409]));
});

test('a deletion overtakes a creation, of which nothing more is heard', async (t) => {
  // The creation would end before the deletion, which takes 10 s.
  const { call, clusters, changes } = await startWithFetch(t, { creationSeconds: 5 });
  const created = await call('PUT', `${demo}?api-version=2026-06-01`, body);

  const deleted = await call('DELETE', `${demo}?api-version=2026-06-01`);
  while (clusters.list(subscriptionId).length > 0) await setTimeout(5);
  const operation = /operations\/([0-9a-f-]+)/.exec(String(created.headers.get('azure-asyncoperation')))?.[1];

  assert.equal(deleted.status, 202);
  assert.equal(clusters.operations.find(String(operation))?.status, 'Canceled');
  assert.deepEqual(
    changes.map(({ method, moment }) => `${method} ${moment}`),
    ['PUT accepted', 'DELETE accepted', 'DELETE succeeded'],
  );
});

test('a role that is missing is a 403 that names the action', async (t) => {
  const { call } = await startWithFetch(t, { authorize: ({ action }) => action.endsWith('/read') });

  const read = await call('GET', `${demo}?api-version=2026-06-01`);
  const credentials = await call('POST', `${demo}/listClusterUserCredential?api-version=2026-06-01`);

  assert.equal(read.status, 404);
  assert.equal(credentials.code, 'AuthorizationFailed');
  assert.match(credentials.message, /listClusterUserCredential\/action/);
});

test('a connection that is cut on demand is seen by the caller, and counted with status 0', async (t) => {
  const { call, arm } = await startWithFetch(t);
  arm.faults.add({ match: () => true, answer: 'reset', times: 1 });

  await assert.rejects(call('GET', `${demo}?api-version=2026-06-01`), /fetch failed/);
  const after = await call('GET', `${demo}?api-version=2026-06-01`);

  assert.equal(after.status, 404);
  assert.deepEqual(
    arm.requests.map(({ status }) => status),
    [0, 404],
  );
});
