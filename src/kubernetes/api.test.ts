import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { Failure } from '../reasons.ts';
import { Unauthenticated, Unreachable } from './api-error.ts';
import { type Api, type ApiOptions, type ApiRequest, connectApi } from './api.ts';
import { startHttpsServer } from './testing/https-server.ts';

const nodes: ApiRequest = { method: 'GET', path: '/api/v1/nodes', what: 'read nodes' };
const secret = 'c2VjcmV0LXRva2Vu';

async function start(t: TestContext, listener: RequestListener, options: ApiOptions = {}) {
  const server = await startHttpsServer(t, listener);
  const access = {
    server: server.url,
    certificateAuthority: server.certificate,
    credential: { kind: 'token' as const, token: secret },
  };
  const api = connectApi(access, options);
  t.after(() => api.close());
  return { api, server, access };
}

/** What `api` throws, after making sure that nothing of it, shown in whatever way, tells the credential. */
async function failureOf(api: Api, request: ApiRequest = nodes): Promise<Error> {
  const error: unknown = await api.send(request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error);
  const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
  assert.ok(!shown.includes(secret) && !shown.includes('hidden'), shown);
  return error;
}

test('sixteen requests share two connections, and each has the credential', async (t) => {
  const seen = new Set<string | undefined>();
  const { api, server } = await start(t, (request, response) => {
    seen.add(request.headers.authorization);
    response.end('{}');
  });

  await Promise.all(Array.from({ length: 12 }, () => api.send(nodes)));
  for (let sent = 0; sent < 4; sent += 1) await api.send(nodes);

  assert.ok(server.connections() <= 2, `${server.connections()} connections`);
  assert.deepEqual([...seen], [`Bearer ${secret}`]);
});

test('a request is sent as asked and the answer has the server’s time', async (t) => {
  const { api } = await start(t, (request, response) => {
    response.setHeader('Date', 'Mon, 23 Nov 2026 10:00:30 GMT');
    void request.toArray().then((chunks) => {
      const { method, url, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.end(JSON.stringify({ method, url, type: headers['content-type'], body }));
    });
  });

  const answer = await api.send({
    method: 'PATCH',
    path: '/apis/x/v1/things/a',
    query: { fieldManager: 'me', left: undefined, fieldSelector: 'a!=b,c!=d' },
    body: { spec: { a: null } },
    what: 'patch',
  });

  assert.equal(answer.at, '2026-11-23T10:00:30.000Z');
  assert.deepEqual(JSON.parse(answer.text), {
    method: 'PATCH',
    url: '/apis/x/v1/things/a?fieldManager=me&fieldSelector=a%21%3Db%2Cc%21%3Dd',
    type: 'application/merge-patch+json',
    body: '{"spec":{"a":null}}',
  });
});

interface Refusal {
  status: number;
  message?: string;
  headers?: Record<string, string>;
  expected: { kind: string; code: string; text?: RegExp; retryAfter?: number };
}

const refusals: Refusal[] = [
  {
    status: 403,
    message: 'nodes is forbidden: User "x" cannot list resource "nodes"',
    expected: { kind: 'denied', code: 'ACCESS_PENDING', text: /read nodes/ },
  },
  {
    status: 403,
    message: 'admission webhook "policy.azure" denied the request: no',
    expected: { kind: 'permanent', code: 'REQUEST_REFUSED', text: /denied the request: no\.$/ },
  },
  { status: 429, headers: { 'retry-after': '7' }, expected: { kind: 'throttled', code: 'THROTTLED', retryAfter: 7 } },
  { status: 429, expected: { kind: 'throttled', code: 'THROTTLED', retryAfter: 5 } },
  {
    status: 422,
    message: 'spec.bpfEnabled: Invalid value: "string"',
    expected: { kind: 'permanent', code: 'REQUEST_REFUSED', text: /read nodes: spec\.bpfEnabled: Invalid value/ },
  },
  {
    status: 400,
    message: 'x'.repeat(5000),
    expected: { kind: 'permanent', code: 'REQUEST_REFUSED', text: /^.{300,400}$/ },
  },
  { status: 415, expected: { kind: 'permanent', code: 'REQUEST_REFUSED', text: /status 415/ } },
];

for (const { status, message, headers, expected } of refusals) {
  test(`${status} ${message?.slice(0, 20) ?? ''}: ${expected.kind} ${expected.code}`, async (t) => {
    const { api } = await start(t, (_request, response) => {
      response.writeHead(status, { ...headers, 'x-hidden': 'hidden' });
      response.end(message === undefined ? 'hidden, and no JSON' : JSON.stringify({ message, hidden: secret }));
    });

    const error = await failureOf(api);

    assert.ok(error instanceof Failure);
    assert.equal(error.kind, expected.kind);
    assert.equal(error.reason.code, expected.code);
    assert.equal(error.retryAfterSeconds, expected.retryAfter);
    assert.match(error.message, expected.text ?? /./);
  });
}

test('404 and 409 are answers, 401 asks for a new credential, 5xx may pass', async (t) => {
  let status = 404;
  const { api, server } = await start(t, (_request, response) => {
    response.writeHead(status, { 'x-hidden': 'hidden' });
    response.end('hidden');
  });

  assert.equal((await api.send(nodes)).status, 404);
  status = 409;
  assert.equal((await api.send(nodes)).status, 409);
  status = 401;
  assert.ok((await failureOf(api)) instanceof Unauthenticated);
  status = 503;
  const error = await failureOf(api);
  assert.ok(!(error instanceof Failure));
  assert.equal(error.message, `${server.host} answered 503 to read nodes (GET /api/v1/nodes).`);
});

test('an answer without a Date is none: a run goes by the server’s clock', async (t) => {
  const { api } = await start(t, (_request, response) => {
    response.sendDate = false;
    response.end('{}');
  });

  assert.match((await failureOf(api)).message, /Date header/);
});

test('what does not answer in time, breaks off or is not trusted is unreachable, with its code', async (t) => {
  const silent = await start(t, () => {}, { timeoutMilliseconds: 50 });
  const broken = await start(t, (_request, response) => response.destroy());
  const untrusted = connectApi({ ...broken.access, certificateAuthority: undefined });
  t.after(() => untrusted.close());

  const errors = await Promise.all([failureOf(silent.api), failureOf(broken.api), failureOf(untrusted)]);

  for (const error of errors) assert.ok(error instanceof Unreachable);
  assert.match(errors[0]?.message ?? '', /no answer within 0\.05 s \(GET \/api\/v1\/nodes\)/);
  assert.match(errors[1]?.message ?? '', /UND_ERR_SOCKET|ECONNRESET/);
  assert.match(errors[2]?.message ?? '', /SELF_SIGNED|UNABLE_TO_VERIFY/);
});

test('close lets go of the sockets', async (t) => {
  const { api, server } = await start(t, (_request, response) => response.end('{}'));
  await api.send(nodes);
  assert.equal(server.open(), 1);

  await api.close();

  await assert.rejects(api.send(nodes), Unreachable);
  const deadline = Date.now() + 5000;
  while (server.open() > 0 && Date.now() < deadline) await new Promise(setImmediate);
  assert.equal(server.open(), 0);
});
