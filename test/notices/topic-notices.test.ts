import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { json } from 'node:stream/consumers';
import tls from 'node:tls';
import { createCertificateAuthority } from '../../local/aks/azure/certificates.ts';
import { createNotices } from '../../src/notices/topic-notices.ts';
import { queuedRun } from '../support/records.ts';

const run = queuedRun({ state: 'finished', outcome: 'enabled', finishedAt: '2026-11-22T10:03:00.000Z' });
const credential = {
  getToken: () => Promise.resolve({ token: 'planted-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

describe('notices by an Event Grid topic', () => {
  let topic: Server;
  let topicEndpoint: string;
  let status = 200;
  let received: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  let warnings: { message: string; fields: Record<string, string> }[] = [];
  const log = { warn: (message: string, fields: Record<string, string>) => void warnings.push({ message, fields }) };

  before(async () => {
    const authority = await createCertificateAuthority();
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), authority.cert]);
    topic = createServer(await authority.server(['127.0.0.1']), (request, response) => {
      void json(request).then((body) => {
        received.push({ headers: request.headers, body });
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { code: 'Refused', message: 'no: Bearer planted-token' } }));
      });
    });
    topic.listen(0, '127.0.0.1');
    await once(topic, 'listening');
    topicEndpoint = `https://127.0.0.1:${(topic.address() as AddressInfo).port}/api/events`;
  });
  beforeEach(() => {
    [status, received, warnings] = [200, [], []];
  });
  after(() => {
    topic.close();
    topic.closeAllConnections();
  });

  it('sends one CloudEvent with a token and no key', async () => {
    await createNotices({ topicEndpoint, credential, log }).runFinished(run);
    assert.equal(received.length, 1);
    const { headers, body } = received[0] ?? assert.fail();
    assert.match(headers['content-type'] ?? '', /^application\/cloudevents-batch\+json/);
    assert.equal(headers.authorization, 'Bearer planted-token');
    const [event] = body as Record<string, unknown>[];
    assert.deepEqual(
      [event?.['specversion'], event?.['id'], event?.['type'], event?.['subject'], event?.['time']],
      ['1.0', run.id, 'AksEbpfAutopilot.RunFinished', run.cluster.resourceId, run.finishedAt],
    );
    assert.deepEqual(warnings, []);
  });

  it('logs a refusal without what is secret, and goes on', async () => {
    status = 403;
    await createNotices({ topicEndpoint, credential, log }).runFinished(run);
    assert.equal(warnings.length, 1);
    assert.equal(warnings[0]?.message, 'notice not given');
    assert.equal(warnings[0].fields['runId'], run.id);
    assert.match(warnings[0].fields['problem'] ?? '', /^403/);
    assert.doesNotMatch(JSON.stringify(warnings), /planted/);
  });

  it('logs a credential that cannot be had, and goes on', async () => {
    const none = { getToken: () => Promise.reject(new Error('no identity; secret=planted')) };
    await createNotices({ topicEndpoint, credential: none, log }).runFinished(run);
    assert.deepEqual(
      warnings.map(({ fields }) => fields['problem']),
      ['no identity; secret=[redacted]'],
    );
    assert.deepEqual(received, []);
  });

  it('logs an address that is none, and goes on', async () => {
    await createNotices({ topicEndpoint: 'nonsense', credential, log }).runFinished(run);
    assert.equal(warnings.length, 1);
  });

  it('tells nobody where there is no topic', async () => {
    await createNotices({ topicEndpoint: undefined, credential, log }).runFinished(run);
    assert.deepEqual([received, warnings], [[], []]);
  });
});
