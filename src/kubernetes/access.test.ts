import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Failure } from '../reasons.ts';
import { type AccessRoute, accessRoute, certificateAccess, tokenAccess } from './access.ts';

interface Row {
  entra: boolean;
  azureRbac: boolean;
  localAccountsDisabled: boolean;
  allowLocalAdmin: boolean;
  route: AccessRoute | 'none';
}

/** azure.md d3, every combination that can be. */
const matrix: Row[] = [
  { entra: true, azureRbac: true, localAccountsDisabled: false, allowLocalAdmin: false, route: 'token' },
  { entra: true, azureRbac: true, localAccountsDisabled: false, allowLocalAdmin: true, route: 'token' },
  { entra: true, azureRbac: true, localAccountsDisabled: true, allowLocalAdmin: false, route: 'token' },
  { entra: false, azureRbac: false, localAccountsDisabled: false, allowLocalAdmin: false, route: 'user-certificate' },
  { entra: false, azureRbac: false, localAccountsDisabled: true, allowLocalAdmin: true, route: 'none' },
  { entra: true, azureRbac: false, localAccountsDisabled: false, allowLocalAdmin: false, route: 'none' },
  {
    entra: true,
    azureRbac: false,
    localAccountsDisabled: false,
    allowLocalAdmin: true,
    route: 'administrator-certificate',
  },
  { entra: true, azureRbac: false, localAccountsDisabled: true, allowLocalAdmin: true, route: 'token' },
];

for (const { route, ...facts } of matrix) {
  const title = Object.entries(facts).flatMap(([name, value]) => (value ? [name] : []));
  test(`way in with ${title.join(', ') || 'nothing'}: ${route}`, () => {
    if (route === 'none') assert.equal(failureOf(() => accessRoute(facts, facts)).reason.code, 'NO_CREDENTIAL');
    else assert.equal(accessRoute(facts, facts), route);
  });
}

const encode = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(user: object, cluster: object = {}): string {
  return JSON.stringify({
    'current-context': 'demo',
    clusters: [
      {
        name: 'demo',
        cluster: {
          server: 'https://demo.azmk8s.io:443',
          'certificate-authority-data': encode('AUTHORITY'),
          ...cluster,
        },
      },
    ],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'user' } }],
  });
}

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('server and authority come from the kubeconfig, and its plugin never runs', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'kubelogin-'));
  t.after(() => rm(directory, { recursive: true }));
  const witness = path.join(directory, 'ran');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'touch', args: [witness] };

  const access = tokenAccess(kubeconfig({ exec }), 'a-token');

  assert.deepEqual(access, {
    server: 'https://demo.azmk8s.io:443',
    certificateAuthority: 'AUTHORITY',
    credential: { kind: 'token', token: 'a-token' },
  });
  assert.equal(failureOf(() => certificateAccess(kubeconfig({ exec }))).reason.code, 'NO_CREDENTIAL');
  assert.equal(existsSync(witness), false);
});

test('a local account is its certificate, or its token where there is none', () => {
  const certificate = { 'client-certificate-data': encode('CERT'), 'client-key-data': encode('KEY') };

  assert.deepEqual(certificateAccess(kubeconfig({ ...certificate, token: 'old' })).credential, {
    kind: 'certificate',
    certificate: 'CERT',
    key: 'KEY',
  });
  assert.deepEqual(certificateAccess(kubeconfig({ token: 'old' })).credential, { kind: 'token', token: 'old' });
});

test('without an authority of its own a cluster is checked by the public ones', () => {
  const access = tokenAccess(kubeconfig({}, { 'certificate-authority-data': undefined }), 'a-token');

  assert.equal(access.certificateAuthority, undefined);
});

const unusable: [title: string, text: string][] = [
  ['no YAML', 'clusters: [unclosed\n  client-key-data: hidden'],
  ['nothing', ''],
  ['another document', 'kind: Secret\ndata: {password: hidden}'],
  ['a server without TLS', kubeconfig({ token: 'hidden' }, { server: 'http://hidden' })],
];

for (const [title, text] of unusable) {
  test(`a kubeconfig that is ${title} is refused without being quoted`, () => {
    const error = failureOf(() => certificateAccess(text));

    assert.equal(error.reason.code, 'NO_CREDENTIAL');
    assert.ok(!inspect(error, { depth: 10 }).includes('hidden'));
  });
}
