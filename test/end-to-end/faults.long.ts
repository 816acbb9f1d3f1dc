import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FaultAnswer } from '../../local/aks/kubernetes/faults.ts';
import { summarise } from '../../local/aks/kubernetes/request-log.ts';
import { startWorld, type World } from '../support/world.ts';

const byApp =
  (world: World) =>
  ({ user }: { user: string }) =>
    user === world.azure.identities.app.objectId;
const writing = new Set(['create', 'patch', 'update', 'delete']);

describe('a cluster whose API misbehaves', { timeout: 300_000 }, () => {
  const answers: [string, FaultAnswer | 'reset'][] = [
    ['resets connections', 'reset'],
    ['answers 500', { code: 500 }],
    ['asks to wait (429)', { code: 429, retryAfterSeconds: 20 }],
    ['says conflict (409)', { code: 409 }],
  ];
  for (const [what, answer] of answers) {
    it(`is enabled by the same 4 writes when it ${what} now and then`, async (t) => {
      const world = await startWorld(t);
      const cluster = await world.createUnannounced('faulty');
      const isApp = byApp(world);
      const only = answer !== 'reset' && answer.code === 409 ? (verb: string) => writing.has(verb) : () => true;
      let requests = 0;
      cluster.apiServer.faults.add({
        match: (entry) => isApp(entry) && only(entry.verb) && ++requests % 17 === 5,
        answer,
      });

      const run = await cluster.request('enable');

      assert.deepEqual([run.outcome, run.reasons], ['enabled', []]);
      assert.equal(summarise(cluster.appRequests().filter(({ code }) => code >= 200 && code < 300)).writes, 4);
    });
  }

  it('is waited for while it denies access, for a quarter of an hour', async (t) => {
    const world = await startWorld(t, { speed: 40 });
    const cluster = await world.createUnannounced('denied');
    const isApp = byApp(world);
    const start = world.clock.now().getTime();
    const minutes = () => (world.clock.now().getTime() - start) / 60_000;
    const remove = cluster.apiServer.faults.add({
      match: (entry) => isApp(entry) && minutes() < 5,
      answer: { code: 403 },
    });

    const run = await cluster.request('enable');
    remove();

    assert.equal(run.outcome, 'enabled');
    assert.ok(minutes() >= 5);

    cluster.apiServer.faults.add({ match: isApp, answer: { code: 403 } });
    const refused = await cluster.request('verify');

    assert.deepEqual([refused.outcome, refused.reasons[0]?.code], ['refused', 'ACCESS_DENIED']);
    assert.ok((refused.durationSeconds ?? 0) >= 900);
  });
});
