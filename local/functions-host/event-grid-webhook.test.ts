import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFixtureHost } from './fixtures/fixture-host.ts';
import type { FixtureHost } from './fixtures/fixture-host.ts';

let fixture: FixtureHost;

before(async () => {
  fixture = await startFixtureHost();
});
after(() => fixture.host.close());
beforeEach(arrived);

interface Arrival {
  id: string;
  kind: string;
  metadata: string;
}

async function arrived(): Promise<Arrival[]> {
  return (await (await fetch(`${fixture.host.url}/api/arrived`)).json()) as Arrival[];
}

function post(type: string, body: unknown, functionName = 'arrivals'): Promise<Response> {
  return fetch(`${fixture.host.url}/runtime/webhooks/eventgrid?functionName=${functionName}`, {
    method: 'POST',
    headers: { 'aeg-event-type': type, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const event = (id: string, kind: string) => ({ id, eventType: 'x', subject: 's', data: { kind }, dataVersion: '1' });

test('a subscription is validated, in Event Grid’s schema and in CloudEvents’', async () => {
  const eventGrid = await post('SubscriptionValidation', [{ data: { validationCode: 'c1' } }]);
  const cloudEvents = await post('SubscriptionValidation', { data: '{"validationCode":"c2"}' });

  assert.deepEqual([eventGrid.status, await eventGrid.json()], [200, { validationResponse: 'c1' }]);
  assert.deepEqual([cloudEvents.status, await cloudEvents.json()], [200, { validationResponse: 'c2' }]);
});

test('each event of a batch is an invocation of its own', async () => {
  const response = await post('Notification', [event('1', 'good'), event('2', 'better')]);

  assert.equal(response.status, 202);
  assert.deepEqual(await arrived(), [
    { id: '1', kind: 'good', metadata: 'good' },
    { id: '2', kind: 'better', metadata: 'better' },
  ]);
});

test('a CloudEvent comes alone', async () => {
  const response = await post('Notification', { ...event('3', 'cloud'), specversion: '1.0' });

  assert.equal(response.status, 202);
  assert.deepEqual(
    (await arrived()).map(({ id }) => id),
    ['3'],
  );
});

test('one failure fails the whole delivery, after all have run', async () => {
  const response = await post('Notification', [event('4', 'bad'), event('5', 'good')]);

  assert.deepEqual([response.status, await response.text()], [500, 'no place for 4']);
  assert.deepEqual(
    (await arrived()).map(({ id }) => id),
    ['4', '5'],
  );
});

const refusals: [what: string, type: string, body: unknown, name: string, status: number, text: string][] = [
  ['an unknown function', 'Notification', [], 'absent', 404, "cannot find function: 'absent'"],
  ['a function of another kind', 'Notification', [], 'mirror', 404, "cannot find function: 'mirror'"],
  ['an unknown event type', 'Other', [], 'arrivals', 400, ''],
  ['a body that is not JSON', 'Notification', '{', 'arrivals', 400, 'The body is not JSON.'],
  [
    'a validation without a code',
    'SubscriptionValidation',
    {},
    'arrivals',
    400,
    'The body has no data.validationCode.',
  ],
  ['an unsubscription', 'Unsubscribe', '', 'arrivals', 202, ''],
];
for (const [what, type, body, name, status, text] of refusals) {
  test(`${what} is answered ${status}`, async () => {
    const response = await post(type, body, name);

    assert.deepEqual([response.status, await response.text()], [status, text]);
  });
}

test('the handshake of CloudEvents allows Event Grid’s own clouds only', async () => {
  const handshake = async (origin: string) => {
    const url = `${fixture.host.url}/runtime/webhooks/EventGrid?functionName=arrivals`;
    const response = await fetch(url, { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': origin } });
    return [response.status, response.headers.get('webhook-allowed-origin')];
  };

  assert.deepEqual(await handshake('eventgrid.azure.us'), [200, 'eventgrid.azure.us']);
  assert.deepEqual(await handshake('example.org'), [200, 'eventgrid.azure.net']);
});

test('an event that is none reaches the function, whose mistake is a 500', async () => {
  assert.equal((await post('Notification', [null])).status, 500);
  assert.equal((await post('Notification', 'null')).status, 500);
});
