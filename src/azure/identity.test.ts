import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createIdentity } from './identity.ts';

test('where Azure offers a managed identity, its token is asked for, for the client that was chosen', async (t) => {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams);
    response.setHeader('Content-Type', 'application/json');
    const expires = String(Math.floor(Date.now() / 1000) + 3600);
    response.end(JSON.stringify({ access_token: 'a-token', expires_on: expires, token_type: 'Bearer' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // The library reads the process's environment itself.
  const environment = {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`,
    IDENTITY_HEADER: 'header',
  };
  Object.assign(process.env, environment);

  const token = await createIdentity({ clientId: 'client-1' }, environment).getToken('https://scope.test/.default');

  assert.equal(token?.token, 'a-token');
  assert.equal(asked[0]?.get('resource'), 'https://scope.test');
  assert.equal(asked[0].get('client_id'), 'client-1');
});
