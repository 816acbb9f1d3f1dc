import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createClock, startingNow } from '../../clock.ts';
import type { GridEvent } from './events.ts';
import { createSubscription } from './subscription.ts';

interface Received {
  method: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** A webhook that validates as the Functions host does and answers notifications as it is told. */
async function startWebhook(t: TestContext, answers: number[] = []) {
  const received: Received[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
    const body = text ? (JSON.parse(text) as unknown) : undefined;
    received.push({ method: request.method ?? '', headers: request.headers, body });
    if (request.method === 'OPTIONS') return response.setHeader('Webhook-Allowed-Origin', 'eventgrid.azure.net').end();
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      const [event] = body as [{ data: { validationCode: string } }];
      return response.end(JSON.stringify({ validationResponse: event.data.validationCode }));
    }
    response.statusCode = answers.shift() ?? 202;
    return response.end();
  };
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/runtime/webhooks/EventGrid?functionName=x`;
  const notifications = () => received.filter(({ headers }) => headers['aeg-event-type'] === 'Notification');
  return { url, received, notifications, server };
}

function someEvent(eventType = 'Microsoft.Resources.ResourceWriteSuccess'): GridEvent {
  return {
    id: randomUUID(),
    topic: '/subscriptions/sub',
    subject: '/subscriptions/sub/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/demo',
    eventType,
    eventTime: '2026-11-23T10:00:00.000Z',
    dataVersion: '2',
    metadataVersion: '1',
    data: { operationName: 'Microsoft.ContainerService/managedClusters/write' },
  };
}

const speed = 1000;
/** Node's timers may fire a millisecond or two early, by the wall's clock. */
const timerError = 2 * speed;

async function subscribe(t: TestContext, url: string, more: Partial<Parameters<typeof createSubscription>[0]> = {}) {
  const clock = createClock(startingNow(speed));
  const subscription = await createSubscription({ clock, url, topic: '/subscriptions/sub', ...more });
  t.after(() => subscription.close());
  const settled = async () => {
    const deadline = Date.now() + 10_000;
    while (subscription.pending() > 0) {
      assert.ok(Date.now() < deadline, 'the deliveries end');
      await new Promise((resolve) => void setTimeout(resolve, 2));
    }
  };
  return { clock, subscription, settled };
}

test('an event arrives alone in an array, after the validation', async (t) => {
  const webhook = await startWebhook(t);
  const { subscription, settled } = await subscribe(t, webhook.url);
  const event = someEvent();

  const taken = subscription.publish(event);
  const other = subscription.publish(someEvent('Microsoft.Resources.ResourceDeleteSuccess'));
  await settled();

  assert.deepEqual([taken, other], [true, false]);
  assert.equal(webhook.received[0]?.headers['aeg-event-type'], 'SubscriptionValidation');
  assert.deepEqual(
    webhook.notifications().map(({ body }) => body),
    [[event]],
  );
});

test('a CloudEvents subscription validates by OPTIONS and sends one object', async (t) => {
  const webhook = await startWebhook(t);
  const { subscription, settled } = await subscribe(t, webhook.url, { schema: 'CloudEventSchemaV1_0' });

  subscription.publish(someEvent());
  await settled();

  assert.equal(webhook.received[0]?.method, 'OPTIONS');
  const [notification] = webhook.notifications();
  assert.equal(notification?.headers['content-type'], 'application/cloudevents+json');
  assert.equal((notification?.body as { specversion?: string } | undefined)?.specversion, '1.0');
});

test('a failed delivery comes again after 10 s, then 30 s, of simulated time', async (t) => {
  const webhook = await startWebhook(t, [500, 503, 202]);
  const { subscription, settled } = await subscribe(t, webhook.url);

  subscription.publish(someEvent());
  await settled();

  const [first, second, third] = subscription.attempts;
  assert.deepEqual(
    subscription.attempts.map(({ status }) => status),
    [500, 503, 202],
  );
  assert.ok(Number(second?.at) - Number(first?.at) >= 10_000 - timerError);
  assert.ok(Number(third?.at) - Number(second?.at) >= 30_000 - timerError);
  assert.deepEqual(
    webhook.notifications().map(({ headers }) => headers['aeg-delivery-count']),
    ['0', '1', '2'],
  );
  assert.deepEqual(subscription.deadLetters, []);
});

test('what is refused for good is a dead letter at once', async (t) => {
  const webhook = await startWebhook(t, [400]);
  const { subscription, settled } = await subscribe(t, webhook.url);
  const event = someEvent();

  subscription.publish(event);
  await settled();

  assert.equal(subscription.attempts.length, 1);
  assert.deepEqual(
    subscription.deadLetters.map(({ event: { id }, lastDeliveryOutcome }) => [id, lastDeliveryOutcome]),
    [[event.id, '400']],
  );
});

test('an endpoint that is gone is tried to the last attempt', async (t) => {
  const webhook = await startWebhook(t);
  const { subscription, settled } = await subscribe(t, webhook.url, { retry: { maxDeliveryAttempts: 3 } });
  webhook.server.close();
  webhook.server.closeAllConnections();

  subscription.publish(someEvent());
  await settled();

  assert.deepEqual(
    subscription.attempts.map(({ status }) => status),
    [0, 0, 0],
  );
  assert.match(String(subscription.deadLetters[0]?.lastDeliveryOutcome), /ECONNREFUSED|UND_ERR_SOCKET/);
});

test('duplicates and late copies come on demand', async (t) => {
  const webhook = await startWebhook(t);
  const { clock, subscription, settled } = await subscribe(t, webhook.url);
  subscription.deliveries = [0, 0, 60_000];
  const published = clock.now().getTime();

  subscription.publish(someEvent());
  await settled();

  assert.equal(webhook.notifications().length, 3);
  assert.equal(new Set(subscription.attempts.map(({ eventId }) => eventId)).size, 1);
  assert.ok(Number(subscription.attempts[2]?.at) - published >= 60_000 - timerError);
});

test('there is no subscription on an endpoint that fails the validation', async (t) => {
  const server = createServer((_request, response) => void response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  const refused = subscribe(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}/?functionName=none`);

  await assert.rejects(refused, /failed its validation: it answered 404, not 200\. Start the app first/);
});
