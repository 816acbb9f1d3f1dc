import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../reasons.ts';
import { Unauthenticated, Unreachable } from './api-error.ts';
import { createConnectionPool } from './connection-pool.ts';
import type { ConnectedCluster } from './connect.ts';

/** A pool on a clock of its own, and every connection that it opened. */
function start() {
  const opened: { closed: boolean }[] = [];
  const clock = { now: 0 };
  const pool = createConnectionPool(() => clock.now);
  const open = async () => {
    const connection = { closed: false };
    opened.push(connection);
    const unused = () => Promise.reject(new Error('not used here'));
    const cluster: ConnectedCluster = {
      survey: unused,
      apply: unused,
      nodeLogs: unused,
      async close() {
        connection.closed = true;
      },
    };
    return { cluster, expiresAt: clock.now + 100 };
  };
  return { pool, clock, opened, open, closed: () => opened.map(({ closed }) => closed) };
}

const rejected = () => Promise.reject(new Unauthenticated('cluster.test'));

test('callers at the same time and one after the other share one connection of a cluster', async () => {
  const { pool, open, opened } = start();

  const clusters = await Promise.all([1, 2, 3].map(() => pool.use('a', open, async (cluster) => cluster)));
  clusters.push(await pool.use('a', open, async (cluster) => cluster));
  await pool.use('b', open, async () => {});

  assert.equal(new Set(clusters).size, 1);
  assert.equal(opened.length, 2);
});

test('a connection whose time has come is opened anew, and closed when its last work ends', async () => {
  const { pool, clock, open, closed } = start();
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  const long = pool.use('a', open, () => end);
  await pool.use('a', open, async () => {});

  clock.now = 100;
  await pool.use('a', open, async () => {});
  assert.deepEqual(closed(), [false, false]);

  finish();
  await long;
  assert.deepEqual(closed(), [true, false]);
});

test('connections of other clusters do not stay beyond their time', async () => {
  const { pool, clock, open, closed } = start();
  await pool.use('a', open, async () => {});

  clock.now = 100;
  await pool.use('b', open, async () => {});

  assert.deepEqual(closed(), [true, false]);
});

test('after a 401 the work is done again on a new connection', async () => {
  const { pool, open, closed } = start();
  let tries = 0;

  const result = await pool.use('a', open, async () => {
    tries += 1;
    return tries === 1 ? rejected() : 'done';
  });

  assert.equal(result, 'done');
  assert.deepEqual(closed(), [true, false]);
});

test('works that meet one 401 together share the new connection', async () => {
  const { pool, open, opened } = start();
  const tries = new Map<number, number>();
  const works = [1, 2, 3].map((work) =>
    pool.use('a', open, async () => {
      tries.set(work, (tries.get(work) ?? 0) + 1);
      if (tries.get(work) === 1) await rejected();
    }),
  );

  await Promise.all(works);

  assert.deepEqual([...tries.values()], [2, 2, 2]);
  assert.equal(opened.length, 2);
});

test('a second 401 is access denied', async () => {
  const { pool, open, opened, closed } = start();

  const error: unknown = await pool.use('a', open, rejected).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof Failure);
  assert.deepEqual([error.kind, error.reason.code], ['denied', 'ACCESS_PENDING']);
  assert.equal(opened.length, 2);
  assert.deepEqual(closed(), [true, true]);
});

test('an unreachable server is tried from a new kubeconfig the next time; any other error keeps the connection', async () => {
  const { pool, open, opened } = start();
  const failing = (fault: Error) => pool.use('a', open, () => Promise.reject(fault));

  await assert.rejects(failing(new Error('a fault')), /a fault/);
  await pool.use('a', open, async () => {});
  assert.equal(opened.length, 1);

  await assert.rejects(failing(new Unreachable('cluster.test', 'ENOTFOUND')), Unreachable);
  await pool.use('a', open, async () => {});
  assert.equal(opened.length, 2);
});

test('a connection that could not be opened is tried again by the next caller', async () => {
  const { pool, open } = start();
  const failing = () => Promise.reject(new Error('no kubeconfig'));

  await assert.rejects(
    pool.use('a', failing, async () => {}),
    /no kubeconfig/,
  );

  assert.equal(await pool.use('a', open, async () => 'done'), 'done');
});

test('close ends every connection', async () => {
  const { pool, open, closed } = start();
  await pool.use('a', open, async () => {});
  await pool.use('b', open, async () => {});

  await pool.close();

  assert.deepEqual(closed(), [true, true]);
});
