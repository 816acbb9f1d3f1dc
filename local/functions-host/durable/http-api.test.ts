import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idle, startFixtureHost } from '../fixtures/fixture-host.ts';
import type { FixtureHost } from '../fixtures/fixture-host.ts';

const day = 24 * 60 * 60 * 1000;
let fixture: FixtureHost;

before(async () => {
  // A proxy that nobody answers at: the SDK must not send its calls there.
  const nowhere = 'http://127.0.0.1:9';
  fixture = await startFixtureHost({
    environment: { TICK_SCHEDULE: '0 0 0 1 1 *', http_proxy: nowhere, HTTP_PROXY: nowhere },
  });
});
after(() => fixture.host.close());

interface Problem {
  Message: string;
  ExceptionMessage: string;
  ExceptionType: string;
}

interface Status {
  instanceId: string;
  historyEvents?: Record<string, unknown>[];
  [field: string]: unknown;
}

async function get(path: string) {
  const response = await fixture.durable(path);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Status };
}

async function list(query: string) {
  const response = await fixture.durable(query);
  return { headers: response.headers, body: (await response.json()) as Status[] };
}

test('an orchestrator that does not exist is refused', async () => {
  const answer = await fixture.client('startNew', 'absent');

  assert.match(answer.error ?? '', /status code: 400.*System.ArgumentException/u);
  assert.match(answer.error ?? '', /The function 'absent' doesn't exist, is disabled, or is not an orchestrator/u);
});

for (const id of ['@x', 'a%2Fb', 'a%5Cb', 'a%3Fb', 'a%23b', 'a%09b', 'x'.repeat(257)]) {
  test(`the instance id ${id.slice(0, 8)} is refused`, async () => {
    const response = await fixture.durable(`orchestrators/showInput/${id}`, { method: 'POST' });

    const problem = (await response.json()) as Problem;
    assert.equal(response.status, 400);
    assert.equal(problem.ExceptionType, 'System.ArgumentException');
    assert.equal(problem.Message, 'One or more of the arguments submitted is incorrect');
  });
}

test('a start by HTTP: 202, where to look, and the links', async () => {
  const response = await fixture.durable('orchestrators/showInput/by-http', { method: 'POST', body: '{"n":1}' });

  const links = (await response.json()) as Record<string, string>;
  assert.equal(response.status, 202);
  assert.equal(response.headers.get('retry-after'), '10');
  assert.equal(response.headers.get('location'), links['statusQueryGetUri']);
  assert.equal(links['id'], 'by-http');
  const base = `${fixture.host.url}/runtime/webhooks/durabletask/instances/by-http`;
  const query = 'taskHub=FixtureHub&connection=Storage';
  assert.equal(links['statusQueryGetUri'], `${base}?${query}`);
  assert.equal(links['sendEventPostUri'], `${base}/raiseEvent/{eventName}?${query}`);
  assert.equal(links['terminatePostUri'], `${base}/terminate?reason={text}&${query}`);
  const status = await fetch(links['statusQueryGetUri'] ?? '');
  assert.equal(((await status.json()) as Status)['input'] instanceof Object, true);
});

test('a start whose body is not JSON is refused', async () => {
  const response = await fixture.durable('orchestrators/showInput', { method: 'POST', body: '{' });

  assert.equal(response.status, 400);
});

test('createCheckStatusResponse answers with links to the host that was asked', async () => {
  const url = `${fixture.host.url.replace('localhost', '127.0.0.1')}/api/start/showInput/linked`;

  const response = await fetch(url, { method: 'POST' });

  const links = (await response.json()) as Record<string, string>;
  assert.equal(response.status, 202);
  assert.equal(response.headers.get('retry-after'), '10');
  for (const [name, link] of Object.entries(links).filter(([name]) => name !== 'id')) {
    assert.ok(link.startsWith(`http://127.0.0.1:${fixture.host.port}/runtime/webhooks/durabletask/`), name);
    assert.ok(link.includes('/instances/linked'), name);
  }
});

test('createHttpManagementPayload gives the same links without a request', async () => {
  const { result } = await fixture.client('createHttpManagementPayload', 'some-id');

  const links = result as Record<string, string>;
  assert.equal(links['id'], 'some-id');
  assert.ok(links['resumePostUri']?.startsWith(`${fixture.host.url}/runtime/webhooks/durabletask/instances/some-id/`));
});

test('the status of a running instance is 202 with where to look again, of an ended one 200', async () => {
  const id = await fixture.start('approval', { milliseconds: day });
  await idle();
  const running = await get(`instances/${id}`);
  await fixture.drive(id);

  const ended = await get(`instances/${id}`);

  assert.equal(running.status, 202);
  assert.equal(running.headers.get('retry-after'), '5');
  assert.ok(running.headers.get('location')?.includes(`/instances/${id}?`));
  assert.equal(ended.status, 200);
  assert.deepEqual(Object.keys(ended.body), [
    'name',
    'instanceId',
    'runtimeStatus',
    'input',
    'customStatus',
    'output',
    'createdTime',
    'lastUpdatedTime',
  ]);
  assert.match(String(ended.body['createdTime']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);
});

test('input is null when it is not asked for, and a failure is 500 when that is asked for', async () => {
  await fixture.run('throws', { a: 1 }, 'api-throws');

  const plain = await get('instances/api-throws');
  const asked = await get('instances/api-throws?showInput=false&returnInternalServerErrorOnFailure=true');

  assert.deepEqual([plain.status, plain.body['input']], [200, { a: 1 }]);
  assert.deepEqual([asked.status, asked.body['input']], [500, null]);
});

test('the history folds what was scheduled into its completion', async () => {
  await fixture.run('retryThenPass', { key: 'history' }, 'api-history');

  const bare = await get('instances/api-history?showHistory=true');
  const full = await get('instances/api-history?showHistory=true&showHistoryOutput=true');

  const names = bare.body.historyEvents?.map((event) => event['EventType']);
  assert.deepEqual(names, [
    'ExecutionStarted',
    'TaskFailed',
    'TimerFired',
    'TaskFailed',
    'TimerFired',
    'TaskCompleted',
    'ExecutionCompleted',
  ]);
  const completed = full.body.historyEvents?.[5];
  assert.deepEqual(Object.keys(completed ?? {}).sort(), [
    'EventType',
    'FunctionName',
    'Input',
    'Result',
    'ScheduledTime',
    'Timestamp',
  ]);
  assert.deepEqual([completed?.['FunctionName'], completed?.['Result']], ['flaky', { attempt: 3 }]);
  assert.ok(bare.body.historyEvents?.every((event) => !('Result' in event)));
  assert.equal(full.body.historyEvents?.[6]?.['OrchestrationStatus'], 'Completed');
});

test('an instance that does not exist: 404 for a person, a text that says so from the SDK', async () => {
  const status = await get('instances/absent');
  const fromSdk = await fixture.client('getStatus', 'absent');
  const terminated = await fixture.client('terminate', 'absent', 'x');

  assert.deepEqual([status.status, status.body], [404, {}]);
  assert.match(fromSdk.error ?? '', /HTTP 404 response.*instanceId provided: absent/u);
  assert.equal(terminated.error, "No instance with ID 'absent' found.");
});

test('purging one instance, and one that is gone', async () => {
  await fixture.run('showInput', 1, 'purged');

  const first = await fixture.client('purgeInstanceHistory', 'purged');
  const second = await fixture.client('purgeInstanceHistory', 'purged');

  assert.deepEqual([first.result, second.result], [{ instancesDeleted: 1 }, { instancesDeleted: 0 }]);
});

test('purging by filter takes finished instances only, and needs a beginning', async () => {
  await fixture.run('throws', 1, 'purge-failed');
  await fixture.start('approval', { milliseconds: day }, 'purge-running');
  await idle();
  const filter = { createdTimeFrom: '2026-01-01T00:00:00Z' };

  const purged = await fixture.client('purgeInstanceHistoryBy', filter);
  const without = await fixture.durable('instances/?runtimeStatus=Failed', { method: 'DELETE' });
  const none = await fixture.durable('instances/?createdTimeFrom=2099-01-01T00:00:00Z', { method: 'DELETE' });

  assert.ok((purged.result as { instancesDeleted: number }).instancesDeleted >= 1);
  assert.equal(fixture.host.instances.has('purge-failed'), false);
  assert.equal(fixture.host.instances.has('purge-running'), true);
  assert.deepEqual([without.status, none.status], [400, 404]);
});

test('raising an event: not JSON 400, nobody there 404, ended 410', async () => {
  await fixture.run('showInput', 1, 'deaf');
  await fixture.start('approval', { milliseconds: day }, 'hears');
  const json = { 'content-type': 'application/json' };
  const raise = async (id: string, headers: Record<string, string>, body: string) =>
    (await fixture.durable(`instances/${id}/raiseEvent/e`, { method: 'POST', headers, body })).status;

  assert.equal(await raise('hears', { 'content-type': 'text/plain' }, '1'), 400);
  assert.equal(await raise('hears', json, ''), 400);
  assert.equal(await raise('absent', json, '1'), 404);
  assert.equal(await raise('deaf', json, '1'), 410);
  assert.equal(await raise('hears', json, '1'), 202);
});

test('a restart has the same input and another id; rewinding is refused', async () => {
  await fixture.run('showInput', { same: true }, 'again');

  const response = await fixture.durable('instances/again/restart', { method: 'POST' });
  const rewind = await fixture.durable('instances/again/rewind', { method: 'POST' });

  const { id } = (await response.json()) as { id: string };
  const restarted = await fixture.drive(id);
  assert.notEqual(id, 'again');
  assert.deepEqual(JSON.parse(restarted.output ?? ''), { input: { same: true }, type: 'object' });
  assert.equal(rewind.status, 501);
});

test('waitForCompletionOrCreateCheckStatusResponse: the output when it ends in time, else the links', async () => {
  const url = `${fixture.host.url}/api/wait`;
  const quick = await fetch(`${url}/showInput?timeout=5000`, { method: 'POST', body: '{"n":1}' });

  const slow = await fetch(`${url}/approval?timeout=30`, { method: 'POST', body: `{"milliseconds":${day}}` });

  assert.equal(quick.status, 200);
  assert.deepEqual(await quick.json(), { input: { n: 1 }, type: 'object' });
  assert.equal(slow.status, 202);
  assert.ok('statusQueryGetUri' in ((await slow.json()) as object));
});

test('lists come in pages of a hundred, and the SDK puts them together', async () => {
  const ids = Array.from({ length: 230 }, (_, n) => `paged-${String(n).padStart(3, '0')}`);
  await Promise.all(ids.map((id) => fixture.start('approval', { milliseconds: day }, id)));
  await idle();

  const first = await list('instances/?instanceIdPrefix=paged-');
  const token = first.headers.get('x-ms-continuation-token') ?? '';
  const next = await fixture.durable('instances/?instanceIdPrefix=paged-', {
    headers: { 'x-ms-continuation-token': token },
  });
  const all = await fixture.client('getStatusBy', { runtimeStatus: ['Running'] });

  assert.equal(first.body.length, 100);
  assert.equal(((await next.json()) as Status[])[0]?.instanceId, 'paged-100');
  const found = (all.result as Status[]).map(({ instanceId }) => instanceId).filter((id) => id.startsWith('paged-'));
  assert.deepEqual(found, ids);
});

test('lists by status, time and length', async () => {
  await fixture.run('throws', 1, 'list-failed');
  const future = new Date(fixture.clock.now().getTime() + day).toISOString();

  const failed = await list('instances?runtimeStatus=Failed,Terminated&instanceIdPrefix=list-');
  const later = await list(`instances/?createdTimeFrom=${future}`);
  const one = await list('instances/?top=1');

  assert.deepEqual(
    failed.body.map(({ instanceId }) => instanceId),
    ['list-failed'],
  );
  assert.deepEqual(later.body, []);
  assert.equal(one.body.length, 1);
  assert.ok(Array.isArray((await fixture.client('getStatusAll')).result));
});
