import { ManagedIdentityCredential } from '@azure/identity';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appIdentity, startTestAzure, tenantId } from './test-azure.ts';
import { createTokenIssuer, kubernetesServerApplication } from './tokens.ts';

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
    const verdict = issuer.verify(token, [audience]);

    assert.ok(verdict.ok, scope);
    assert.equal(verdict.claims.oid, appIdentity.objectId);
    assert.equal(verdict.claims.appid, appIdentity.clientId);
    assert.equal(verdict.claims.tid, tenantId);
    // The credential counts from its own now, in whole seconds.
    assert.ok(Math.abs(verdict.claims.exp * 1000 - expiresOnTimestamp) <= 2000);
    assert.ok(expiresOnTimestamp > Date.now());
  }
});

test('a token is signed as Entra signs, and names its issuer and times', async () => {
  const issuer = await createTokenIssuer(3600);

  const { token, expires } = await issuer.issue(appIdentity, 'https://storage.azure.com');
  const { alg, typ } = decodeProtectedHeader(token);
  const claims = decodeJwt(token);

  assert.deepEqual([alg, typ], ['RS256', 'JWT']);
  assert.equal(claims.iss, `https://sts.windows.net/${tenantId}/`);
  assert.equal(claims.aud, 'https://storage.azure.com');
  assert.equal(claims.exp, expires);
  assert.ok(Number(claims.nbf) <= Number(claims.iat) && Number(claims.iat) + 3600 === expires);
});

test('an expired, an altered and a stranger token are told apart from a good one', async () => {
  const [issuer, expired, stranger] = await Promise.all([
    createTokenIssuer(),
    createTokenIssuer(-1),
    createTokenIssuer(),
  ]);
  const resource = 'https://storage.azure.com';
  const good = await issuer.issue(appIdentity, resource);
  const old = await expired.issue(appIdentity, resource);

  assert.equal(issuer.verify(good.token, [resource]).ok, true);
  assert.deepEqual(issuer.verify(`${good.token}x`, [resource]), { ok: false, why: 'invalid' });
  assert.deepEqual(stranger.verify(good.token, [resource]), { ok: false, why: 'invalid' });
  assert.deepEqual(expired.verify(old.token, [resource]), { ok: false, why: 'expired' });
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
