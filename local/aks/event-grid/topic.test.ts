import { AzureKeyCredential, EventGridPublisherClient } from '@azure/eventgrid';
import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { appIdentity, startTestAzure } from '../azure/test-azure.ts';
import { startTopic } from './topic.ts';

const notice = {
  type: 'AksEbpfAutopilot.RunFinished',
  source: '/subscriptions/sub',
  subject: 'demo',
  data: { outcome: 'enabled' },
};

async function startTestTopic(t: TestContext) {
  const { clock, issuer, authority } = await startTestAzure(t);
  const topic = await startTopic({ clock, issuer, tls: await authority.server(['localhost', '127.0.0.1']) });
  t.after(() => topic.close());
  return { topic, issuer };
}

test('the stock publisher reaches the topic with its identity, and with the key', async (t) => {
  const { topic } = await startTestTopic(t);
  const identity = new ManagedIdentityCredential({ clientId: appIdentity.clientId });

  await new EventGridPublisherClient(topic.endpoint, 'CloudEvent', identity).send([notice]);
  await new EventGridPublisherClient(topic.endpoint, 'CloudEvent', new AzureKeyCredential(topic.key)).send([notice]);

  assert.deepEqual(
    topic.events.map(({ type, subject, data }) => ({ type, subject, data })),
    [1, 2].map(() => ({ type: notice.type, subject: 'demo', data: { outcome: 'enabled' } })),
  );
});

test('a stranger, another audience, another schema and junk are refused', async (t) => {
  const { topic, issuer } = await startTestTopic(t);
  const { token } = await issuer.issue(appIdentity, 'https://management.azure.com');
  const post = async (headers: Record<string, string>, body: string) =>
    (await fetch(`${topic.endpoint}?api-version=2018-01-01`, { method: 'POST', headers, body })).status;

  const statuses = [
    await post({}, '[]'),
    await post({ 'aeg-sas-key': 'guessed' }, '[]'),
    await post({ authorization: `Bearer ${token}` }, '[]'),
    await post({ 'aeg-sas-key': topic.key }, '[{ "id": "1", "eventType": "x" }]'),
    await post({ 'aeg-sas-key': topic.key }, '{'),
    await post({ 'aeg-sas-key': topic.key }, 'x'.repeat(2 * 1024 * 1024)),
  ];

  assert.deepEqual(statuses, [401, 401, 401, 400, 400, 413]);
  assert.deepEqual(topic.events, []);
});
