import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appIdentity, startTestAzure, tenantId } from './test-azure.ts';
import { kubernetesServerApplication } from './tokens.ts';

const scopes = [
  ['https://management.azure.com/.default', 'https://management.azure.com'],
  ['https://storage.azure.com/.default', 'https://storage.azure.com'],
  ['https://eventgrid.azure.net/.default', 'https://eventgrid.azure.net'],
  [`${kubernetesServerApplication}/.default`, kubernetesServerApplication],
] as const;

test('the real credential gets a token for each resource, with the claims that Entra puts in', async (t) => {
  const { issuer } = await startTestAzure(t);
  const credential = new ManagedIdentityCredential({ clientId: appIdentity.clientId });

  for (const [scope, audience] of scopes) {
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    const verdict = await issuer.verify(token, [audience]);

    assert.ok(verdict.ok, scope);
    assert.equal(verdict.claims.oid, appIdentity.objectId);
    assert.equal(verdict.claims.appid, appIdentity.clientId);
    assert.equal(verdict.claims.tid, tenantId);
    assert.equal(verdict.claims.exp * 1000, expiresOnTimestamp);
    assert.ok(expiresOnTimestamp > Date.now());
  }
});

test('without the header, for another identity or for an unknown resource there is no token', async (t) => {
  const { identity } = await startTestAzure(t);
  const ask = async (query: string, header = identity.header) => {
    const answer = await fetch(`${identity.endpoint}?api-version=2019-08-01&${query}`, {
      headers: { 'x-identity-header': header },
    });
    return [answer.status, ((await answer.json()) as { message?: string }).message ?? ''] as const;
  };

  const [guessed] = await ask('resource=https://management.azure.com', 'guessed');
  const [strangerStatus, strangerMessage] = await ask('resource=https://management.azure.com&client_id=stranger');
  const [unknownStatus, unknownMessage] = await ask('resource=https://graph.microsoft.com');

  assert.equal(guessed, 401);
  assert.equal(strangerStatus, 400);
  assert.match(strangerMessage, /stranger/);
  assert.equal(unknownStatus, 400);
  assert.match(unknownMessage, /graph\.microsoft\.com/);
});
