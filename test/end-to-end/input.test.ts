import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runsOf, startWorld, until, type World } from '../support/world.ts';

const subscription = '11111111-2222-4333-8444-555555555555';
const known = `/api/clusters/${subscription}/demo/unknown/runs`;
const ends: (() => Promise<void>)[] = [];

describe('bad input', { timeout: 240_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ after: (end) => void ends.push(end as () => Promise<void>) });
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const requests: [string, string, RequestInit, number, string][] = [
    ['no JSON', known, { body: '{"action":' }, 400, 'NOT_JSON'],
    ['an empty body', known, { body: '' }, 400, 'NOT_JSON'],
    ['another form', known, { body: '["enable"]' }, 400, 'INVALID_REQUEST'],
    ['an unknown action', known, { body: '{"action":"explode"}' }, 400, 'INVALID_REQUEST'],
    ['an unknown field', known, { body: '{"action":"plan","force":true}' }, 400, 'INVALID_REQUEST'],
    ['2 MB', known, { body: JSON.stringify({ action: 'x'.repeat(2 ** 21) }) }, 413, 'BODY_TOO_LARGE'],
    [
      'a subscription that is none',
      '/api/clusters/mine/demo/one/runs',
      { body: '{"action":"plan"}' },
      400,
      'INVALID_REQUEST',
    ],
    [
      'a name with a slash',
      `/api/clusters/${subscription}/demo/a%2Fb/runs`,
      { body: '{"action":"plan"}' },
      400,
      'INVALID_REQUEST',
    ],
    [
      'a name with a hash',
      `/api/clusters/${subscription}/demo/a%23b/runs`,
      { body: '{"action":"plan"}' },
      400,
      'INVALID_REQUEST',
    ],
    ['a state that is none', '/api/runs?state=happy', { method: 'GET' }, 400, 'INVALID_REQUEST'],
    ['an unknown parameter', '/api/runs?limit=3', { method: 'GET' }, 400, 'INVALID_REQUEST'],
    ['an unknown run', '/api/runs/019ab000-0000-7000-8000-000000000001', { method: 'GET' }, 404, 'RUN_NOT_FOUND'],
    ['a run id that is none', '/api/runs/..%2F..%2Fsecrets', { method: 'GET' }, 404, 'RUN_NOT_FOUND'],
  ];
  for (const [what, path, init, status, code] of requests) {
    it(`${what} is answered by ${status} ${code}`, async () => {
      const answer = await world.fetchApp(path, { method: 'POST', ...init });

      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      const problem = (await answer.json()) as { code: string; status: number; detail: string; remedy: string };
      assert.deepEqual([problem.code, problem.status], [code, status]);
      assert.ok(problem.detail.length > 10 && problem.remedy.length > 10);
    });
  }

  it('an unknown cluster is answered by 404 CLUSTER_NOT_FOUND, and nothing is recorded', async () => {
    const path = `/api/clusters/${world.azure.subscriptionId}/demo/unknown/runs`;

    const answer = await world.fetchApp(path, { method: 'POST', body: '{"action":"enable"}' });

    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, 'CLUSTER_NOT_FOUND']);
    assert.deepEqual(await (await world.fetchApp('/api/runs')).json(), { runs: [] });
  });

  it('junk events are acknowledged, once, and start nothing', async () => {
    const webhook = '/runtime/webhooks/EventGrid?functionName=clusterWritten';
    const resource = `/subscriptions/${subscription}/resourceGroups/demo/providers`;
    const event = (data: unknown) => ({
      eventType: 'Microsoft.Resources.ResourceWriteSuccess',
      id: 'one',
      subject: 'x',
      data,
    });
    const operationName = 'Microsoft.ContainerService/managedClusters/write';
    const events: unknown[] = [
      [{}],
      [event(undefined)],
      [event('claims')],
      [
        event({
          operationName: 'Microsoft.Storage/storageAccounts/write',
          resourceUri: `${resource}/Microsoft.Storage/storageAccounts/a`,
        }),
      ],
      [event({ operationName, resourceUri: `${resource}/Microsoft.Storage/storageAccounts/a` })],
      [event({ operationName, resourceUri: `${resource}/Microsoft.ContainerService/managedClusters/a#b` })],
      { specversion: '1.0', id: 'one', source: 'x', type: 'Something.Else', data: {} },
      [{ eventType: 7, data: { operationName: ['a'] } }, [[]], null],
    ];
    for (const body of events) {
      const answer = await world.fetchApp(webhook, {
        method: 'POST',
        headers: { 'aeg-event-type': 'Notification', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 202, JSON.stringify(body));
    }
    assert.deepEqual(await (await world.fetchApp('/api/runs')).json(), { runs: [] });
    const log = readFileSync(join(world.directory, 'functions-host.log'), 'utf8');
    assert.ok(log.includes('event ignored'));
  });

  it('an event of a cluster that is gone ends as a recorded failure', async () => {
    const { subscriptionId } = world.azure;
    const id = `/subscriptions/${subscriptionId}/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/gone`;
    const data = { operationName: 'Microsoft.ContainerService/managedClusters/write', resourceUri: id };
    const body = { specversion: '1.0', id: 'one', source: 'x', type: 'Microsoft.Resources.ResourceWriteSuccess', data };

    await world.fetchApp('/runtime/webhooks/EventGrid?functionName=clusterWritten', {
      method: 'POST',
      headers: { 'aeg-event-type': 'Notification', 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(body),
    });

    const run = await until('the record', async () => {
      const { runs } = (await (await world.fetchApp('/api/runs?outcome=failed')).json()) as {
        runs: { reasons: { code: string }[]; state: string }[];
      };
      return runs[0];
    });
    assert.deepEqual([run.state, run.reasons[0]?.code], ['finished', 'CLUSTER_NOT_FOUND']);
  });

  it('a connection that breaks off in the middle of a body hurts nobody', async () => {
    const { hostname, port } = new URL(world.appUrl);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${known} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"acti`);
    await once(socket, 'connect');
    socket.destroy();

    assert.equal((await world.fetchApp('/api/runs')).status, 200);
  });
});

describe('an old cluster', { timeout: 240_000 }, () => {
  it('is skipped by name when an update raises the event, and enabled when a person asks', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createUnannounced('old');
    const [, , subscriptionId = '', , resourceGroup = '', , , , name = ''] = cluster.resourceId.split('/');
    const managed = world.azure.managedClusters.get({ subscriptionId, resourceGroup, name });
    managed.systemData['createdAt'] = new Date(world.clock.now().getTime() - 3 * 365 * 86_400_000).toISOString();
    await world.changeTag(cluster);

    const skipped = await cluster.finished();

    assert.deepEqual([skipped.outcome, skipped.reasons[0]?.code], ['skipped', 'EXISTING_CLUSTER']);
    assert.deepEqual(cluster.appRequests(), [], 'the cluster was not even looked at');

    const enabled = await cluster.request('enable');

    assert.deepEqual([enabled.outcome, enabled.source], ['enabled', 'http']);
  });

  it("answers a person's second request with the address of the run that is at work", async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createUnannounced('busy');
    const ask = () => world.fetchApp(runsOf(cluster.resourceId), { method: 'POST', body: '{"action":"enable"}' });
    const first = await ask();
    assert.equal(first.status, 202);

    const second = await ask();

    assert.equal(second.status, 409);
    assert.equal(second.headers.get('location'), first.headers.get('location'));
    assert.equal(((await second.json()) as { code: string }).code, 'RUN_IN_PROGRESS');
    assert.equal((await cluster.finished()).outcome, 'enabled');
    assert.equal((await cluster.runs()).length, 1);
  });
});
