import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFunctionsHost } from '../host.ts';
import { fixtureApp, startFixtureHost } from '../fixtures/fixture-host.ts';
import type { FixtureHost } from '../fixtures/fixture-host.ts';
import { manualClock } from '../fixtures/manual-clock.ts';

let fixture: FixtureHost;

before(async () => {
  fixture = await startFixtureHost({ address: '0.0.0.0', keys: ['first', 'second'] });
});
after(() => fixture.host.close());

const status = async (path: string, init?: RequestInit) => (await fetch(`${fixture.host.url}/${path}`, init)).status;

for (const path of ['api/guarded', 'admin/host/status', 'runtime/webhooks/durabletask/instances/']) {
  test(`${path} needs a key, in the header or the query; the header counts first`, async () => {
    assert.equal(await status(path), 401);
    assert.equal(await status(`${path}?code=wrong`), 401);
    assert.equal(await status(`${path}?code=first`), 200);
    assert.equal(await status(path, { headers: { 'x-functions-key': 'second' } }), 200);
    assert.equal(await status(`${path}?code=first`, { headers: { 'x-functions-key': 'wrong' } }), 401);
  });
}

test('an anonymous function needs none, and a refusal has no body', async () => {
  const refused = await fetch(`${fixture.host.url}/api/guarded`);

  assert.equal(await status('api/mirror/x'), 201);
  assert.equal(await refused.text(), '');
});

test('the SDK needs no key, and links carry one', async () => {
  const { result } = await fixture.client('createHttpManagementPayload', 'i');

  const id = await fixture.start('showInput');
  assert.ok(fixture.host.instances.has(id));
  assert.ok((result as Record<string, string>)['statusQueryGetUri']?.endsWith('&code=first'));
});

test('an address that others can reach is refused without a key', async () => {
  const starting = createFunctionsHost({ appDirectory: fixtureApp, clock: manualClock(), address: '0.0.0.0' });

  await assert.rejects(starting, /Listening on 0\.0\.0\.0 needs a key/u);
});
