import assert from 'node:assert/strict';
import { it } from 'node:test';
import { v7 } from 'uuid';
import type { RunRecord } from './records.ts';
import { createRunRecords } from './runs.ts';
import { memoryTable } from './testing/memory-table.ts';

const now = '2026-11-23T10:00:00.000Z';

function queued(id: string): RunRecord {
  return {
    id,
    action: 'enable',
    source: 'http',
    cluster: { resourceId: '/one', subscriptionId: 's', resourceGroup: 'g', name: 'one' },
    instanceId: 'aks-one',
    state: 'queued',
    reasons: [],
    notices: [],
    requestedAt: now,
    updatedAt: now,
  };
}

it('a run whose row was taken back, and that runs all the same, can be seen', async () => {
  const records = createRunRecords(memoryTable());
  const id = v7();
  await records.queueRun(queued(id));
  await records.discardRun(id);
  await records.updateRun(id, { state: 'applying', era: 'E4' });
  assert.equal(await records.readRun(id), undefined);

  await records.queueRun(queued(id));

  const run = await records.readRun(id);
  assert.deepEqual([run?.state, run?.era, run?.cluster.name], ['applying', 'E4', 'one']);
});

it('a row that is there stays as it is', async () => {
  const records = createRunRecords(memoryTable());
  const id = v7();
  await records.queueRun({ ...queued(id), state: 'waiting' });
  await records.queueRun(queued(id));
  assert.equal((await records.readRun(id))?.state, 'waiting');
});
