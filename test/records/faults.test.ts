import { TableClient } from '@azure/data-tables';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { v7 } from 'uuid';
import { Failure } from '../../src/reasons.ts';
import { createClaims } from '../../src/records/claims.ts';
import { StoreUnavailable } from '../../src/records/store-unavailable.ts';
import { openTable } from '../../src/records/table.ts';
import type { Table } from '../../src/records/table.ts';
import { createRecords } from '../../src/records/table-records.ts';
import { startAzurite } from '../support/azurite.ts';
import type { Azurite } from '../support/azurite.ts';
import { claimRequest, doneStep, queuedRun } from '../support/records.ts';

describe('records when things go wrong', () => {
  let azurite: Azurite;
  let records: ReturnType<typeof createRecords>;
  let clusters: Table;

  before(async () => {
    azurite = await startAzurite();
    records = createRecords(azurite);
    await records.prepare();
    clusters = openTable(azurite.endpoint, 'clusters', azurite.credential);
  });
  after(() => azurite.stop());

  /** The table, but for the first write: it is made, and its answer is lost, so the SDK's own second try is refused. */
  function losingFirst(method: 'create' | 'replace'): Table {
    let lost = false;
    const made = (answer: boolean) => {
      if (lost) return answer;
      lost = true;
      return false;
    };
    return {
      ...clusters,
      create: async (...row) => (method === 'create' ? made : Boolean)(await clusters.create(...row)),
      replace: async (...row) => (method === 'replace' ? made : Boolean)(await clusters.replace(...row)),
    };
  }

  it('a claim whose answer was lost is a claim', async () => {
    const request = claimRequest();
    assert.deepEqual(await createClaims(losingFirst('create')).claim(request), { kind: 'claimed' });
    const again = { ...request, runId: v7() };
    await records.releaseClaim({ ...request, outcome: 'skipped', finishedAt: request.now });
    assert.deepEqual(await createClaims(losingFirst('replace')).claim(again), { kind: 'claimed' });
  });

  it('a take-over, a renewal and a release whose answers were lost are made', async () => {
    const dead = claimRequest();
    await records.claim(dead);
    const heir = { ...dead, runId: v7() };
    assert.equal(await createClaims(losingFirst('replace')).takeOver(heir, dead), true);
    await createClaims(losingFirst('replace')).renewClaim({ ...heir, leaseUntil: '2026-11-22T13:00:00.000Z' });
    const release = { ...heir, outcome: 'enabled', finishedAt: heir.now } as const;
    await createClaims(losingFirst('replace')).releaseClaim(release);
    const next = await records.claim({ ...dead, runId: v7(), automatic: true });
    assert.deepEqual(next, { kind: 'finished', runId: heir.runId, outcome: 'enabled' });
  });

  it('a claim that never holds still is left to another try', async () => {
    const request = claimRequest();
    await records.claim(request);
    const restless: Table = { ...clusters, replace: () => Promise.resolve(false) };
    const renewal = { ...request, leaseUntil: '2026-11-22T13:00:00.000Z' };
    await assert.rejects(createClaims(restless).renewClaim(renewal), StoreUnavailable);
  });

  it('a table that is missing is told by name, and not taken for a missing row', async () => {
    const missing = openTable(azurite.endpoint, 'missing', azurite.credential);
    for (const call of [
      missing.read('a', 'b'),
      missing.create('a', 'b', {}),
      missing.merge('a', 'b', {}),
      missing.delete('a', 'b'),
      missing.page({ partitionKey: 'a' }, { size: 1 }),
    ]) {
      await assert.rejects(call, (error) => {
        assert(error instanceof StoreUnavailable, String(error));
        assert.match(error.message, /table missing: TableNotFound|ResourceNotFound/);
        return true;
      });
    }
  });

  it('a token that is refused is denied access', async () => {
    const credential = {
      getToken: () => Promise.resolve({ token: 'planted', expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    await assert.rejects(createRecords({ ...azurite, credential }).readRun(v7()), (error) => {
      assert(error instanceof Failure);
      assert.doesNotMatch(error.message, /planted/);
      return error.kind === 'denied';
    });
  });

  it('a credential that cannot be had may be there next time', async () => {
    const credential = { getToken: () => Promise.reject(new Error('planted')) };
    await assert.rejects(createRecords({ ...azurite, credential }).readRun(v7()), (error) => {
      assert(error instanceof StoreUnavailable);
      assert.doesNotMatch(error.message, /planted/);
      return true;
    });
  });

  it('a table service that never answers is given up', async () => {
    const silent = createServer((socket) => socket.resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await assert.rejects(openTable(endpoint, 'runs', azurite.credential, 100).read('a', 'b'), StoreUnavailable);
    silent.close();
  });

  it('stores no field that a run, a step or a claim does not have', async () => {
    const planted = { claims: { name: 'planted' }, token: 'planted', upn: 'planted' };
    const run = queuedRun({ ...planted, cluster: { ...queuedRun().cluster, ...planted } });
    const claim = { ...claimRequest(), ...planted };
    await records.queueRun(run);
    await records.updateRun(run.id, { ...planted, state: 'waiting' });
    await records.saveStep(run.id, { ...doneStep(), ...planted });
    await records.claim(claim);
    await records.renewClaim({ ...claim, leaseUntil: '2026-11-22T13:00:00.000Z' });
    await records.releaseClaim({ ...claim, outcome: 'enabled', finishedAt: claim.now });

    const rows: unknown[] = [];
    for (const name of ['clusters', 'runs', 'steps', 'beforeimages']) {
      for await (const row of new TableClient(azurite.endpoint, name, azurite.credential).listEntities())
        rows.push(row);
    }
    assert(rows.length >= 3);
    assert.doesNotMatch(JSON.stringify(rows), /planted|"(claims|token|upn)"/);
  });
});
