import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { startFixtureHost } from '../fixtures/fixture-host.ts';
import type { FixtureHost } from '../fixtures/fixture-host.ts';

let fixture: FixtureHost;

before(async () => {
  fixture = await startFixtureHost();
});
after(() => fixture.host.close());

const call = (path: string, init?: RequestInit) => fetch(`${fixture.host.url}/${path}`, init);

interface Mirrored {
  url: string;
  method: string;
  params: Record<string, string>;
  query: Record<string, string>;
  body: string;
}

test('parameters, query, headers and body reach the handler; status, headers and cookies come back', async () => {
  const init = { method: 'POST', headers: { 'X-Send': 'seen' }, body: 'späť' };

  const response = await call('API/Mirror/some%20name/more?a=1&b=%C3%A4', init);

  const mirrored = (await response.json()) as Mirrored;
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('x-seen'), 'seen');
  assert.deepEqual(response.headers.getSetCookie(), ['a=b%20c; Max-Age=60; Path=/; HttpOnly; SameSite=Strict']);
  assert.deepEqual(mirrored.params, { name: 'some name', extra: 'more' });
  assert.deepEqual(mirrored.query, { a: '1', b: 'ä' });
  assert.deepEqual([mirrored.method, mirrored.body], ['POST', 'späť']);
  assert.equal(mirrored.url, `${fixture.host.url}/API/Mirror/some%20name/more?a=1&b=%C3%A4`);
});

test('an optional parameter that is absent is absent', async () => {
  const { params } = (await (await call('api/mirror/one')).json()) as Mirrored;

  assert.deepEqual(params, { name: 'one' });
});

test('a literal route wins over a parameter', async () => {
  assert.equal(await (await call('api/mirror/literal')).text(), 'literal');
});

const answers: [what: string, path: string, method: string, status: number, body: string][] = [
  ['no result', 'api/empty', 'GET', 204, ''],
  ['an unknown route', 'api/absent', 'GET', 404, ''],
  ['a method that is not allowed', 'api/empty', 'DELETE', 404, ''],
  ['a handler that throws', 'api/broken', 'GET', 500, ''],
  ['the home page', '', 'GET', 200, 'Your Functions host is up and running.'],
  ['an unknown webhook', 'runtime/webhooks/blobs', 'POST', 404, ''],
  ['the SDK’s own path without its secret', 'durabletask/guess/instances/', 'GET', 404, ''],
  ['a broken escape', 'api/mirror/%E0%A4%A', 'GET', 400, 'The path has a broken escape.'],
];
for (const [what, path, method, status, body] of answers) {
  test(`${what} is answered ${status}`, async () => {
    const response = await call(path, { method });

    assert.deepEqual([response.status, await response.text()], [status, body]);
  });
}

test('what a handler threw is logged with its invocation, and not shown to the caller', async () => {
  await call('api/broken');

  const entry = fixture.log.findLast(({ functionName, level }) => functionName === 'broken' && level === 'error');
  assert.match(entry?.text ?? '', /^Failed: Error: secret detail/u);
  assert.match(entry?.invocationId ?? '', /^[\da-f-]{36}$/u);
});

test('a large body arrives whole; one beyond 100 MB is refused before it is sent', async () => {
  const large = await call('api/size', { method: 'POST', body: Buffer.alloc(3_000_000) });
  const refused = await announceBody(100 * 1024 * 1024 + 1);

  assert.equal(await large.text(), '3000000');
  assert.equal(refused, 413);
});

/** Sends headers that announce a body, and no body. */
async function announceBody(length: number): Promise<number | undefined> {
  const outgoing = request(`${fixture.host.url}/api/size`, { method: 'POST', headers: { 'content-length': length } });
  outgoing.flushHeaders();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  outgoing.destroy();
  return response.statusCode;
}

test('hooks may change what goes in and what comes out', async () => {
  const response = await call('api/hooked');

  const { by, hooks } = (await response.json()) as { by: string; hooks: string[] };
  assert.equal(by, 'hook');
  assert.ok(hooks.includes('appStart'));
});

test('requests are answered side by side', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `n${n}`);

  const responses = await Promise.all(names.map((name) => call(`api/mirror/${name}`)));

  const mirrored = await Promise.all(responses.map((response) => response.json() as Promise<Mirrored>));
  assert.deepEqual(
    mirrored.map(({ params }) => params['name']),
    names,
  );
});
