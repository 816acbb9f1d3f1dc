import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure, reason } from '../reasons.ts';
import type { Answer } from './activity-table.ts';
import { answerOf, call, pollSeconds, type DurableContext } from './durable.ts';
import { drive } from './testing/drive.ts';

type Concluded = Answer<{ recorded: true }>;
const done: Concluded = { ok: true, value: { recorded: true } };
const denied: Concluded = { ok: false, kind: 'denied', reason: reason('ACCESS_PENDING', { what: 'pods' }) };

function calling(answer: (seconds: number, attempt: number) => Concluded) {
  let attempt = 0;
  return drive((df: DurableContext) => call(df, 'concludeRun', {} as never), {
    concludeRun: (_input, seconds) => answer(seconds, ++attempt),
  });
}

describe('calling an activity', () => {
  it('returns what it answers', () => {
    assert.deepEqual(calling(() => done).result, done);
  });

  it('asks again each minute while access is denied, and goes on when it is given', () => {
    const driven = calling((seconds) => (seconds < 300 ? denied : done));

    assert.deepEqual(driven.result, done);
    assert.deepEqual(
      driven.calls.map(({ at }) => at),
      [0, 60, 120, 180, 240, 300],
    );
  });

  it('refuses a quarter of an hour after the first denial', () => {
    const { result, seconds } = calling(() => denied);

    assert.equal(seconds, 900);
    assert.ok(!result.ok);
    assert.equal(result.reason.code, 'ACCESS_DENIED');
    assert.equal(result.transient, false);
  });

  it('waits as long as a throttling server asks, five times at most', () => {
    const throttled: Concluded = {
      ok: false,
      kind: 'throttled',
      reason: reason('THROTTLED', { server: 'ARM', seconds: 90 }),
      retryAfterSeconds: 90,
    };
    assert.deepEqual(calling((_seconds, attempt) => (attempt < 3 ? throttled : done)).seconds, 180);

    const { result, calls } = calling(() => throttled);
    assert.equal(calls.length, 5);
    assert.ok(!result.ok);
    assert.equal(result.transient, true);
  });

  it('does not ask again after a permanent failure', () => {
    const driven = calling(() => ({
      ok: false,
      kind: 'permanent',
      reason: reason('CLUSTER_NOT_FOUND', { cluster: 'one' }),
    }));

    assert.equal(driven.calls.length, 1);
    assert.deepEqual(driven.result, {
      ok: false,
      transient: false,
      reason: reason('CLUSTER_NOT_FOUND', { cluster: 'one' }),
    });
  });

  it('tells only the first line of an error that outlived its attempts', () => {
    const { result } = calling(() => {
      throw new Error('GET /api/v1/nodes: ECONNREFUSED');
    });

    assert.ok(!result.ok);
    assert.equal(result.transient, true);
    assert.match(result.reason.message, /ECONNREFUSED$/);
  });
});

describe('answering', () => {
  it('returns a Failure and throws the rest', async () => {
    const failing = new Failure('throttled', reason('THROTTLED', { server: 'ARM', seconds: 3 }), 3);

    assert.deepEqual(await answerOf(() => Promise.reject(failing)), {
      ok: false,
      kind: 'throttled',
      reason: failing.reason,
      retryAfterSeconds: 3,
    });
    await assert.rejects(
      answerOf(() => Promise.reject(new TypeError('fetch failed'))),
      TypeError,
    );
  });
});

describe('polling', () => {
  it('starts at 2 s and never waits longer than 30 s', () => {
    assert.deepEqual([0, 16, 80, 240, 4000].map(pollSeconds), [2, 2, 10, 30, 30]);
  });

  it('looks fewer than 120 times in the hour that a large rollout may take', () => {
    let looks = 0;
    for (let waited = 0; waited < 3600; waited += pollSeconds(waited)) looks += 1;
    assert.ok(looks < 160, `${looks} looks`);
  });
});
