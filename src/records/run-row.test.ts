import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../reasons.ts';
import type { RunRecord } from './records.ts';
import { columnsOfRun, listedColumns, runOfColumns } from './run-row.ts';

const run: RunRecord = {
  id: '01a20a7e-f32e-754d-97c7-e3e7af642fd1',
  action: 'enable',
  source: 'event',
  cluster: { resourceId: '/Subscriptions/1/X', subscriptionId: '1', resourceGroup: 'shop', name: 'blue' },
  instanceId: 'aks-0123',
  state: 'queued',
  reasons: [],
  notices: [],
  requestedAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
};

/** Bytes of a row's texts: two for each character. */
function bytesOf(columns: object): number {
  return Object.values(columns).reduce<number>((sum, column) => sum + 2 * String(column ?? '').length, 0);
}

describe('the row of a run', () => {
  it('has only the columns of the fields that are given', () => {
    const columns = columnsOfRun({ state: 'applying', updatedAt: 'now' });
    const given = Object.entries(columns).filter(([, column]) => column !== undefined);
    assert.deepEqual(Object.fromEntries(given), { state: 'applying', updatedAt: 'now' });
  });

  it('is found by its cluster in any spelling', () => {
    assert.equal(columnsOfRun(run)['cluster'], '/subscriptions/1/x');
  });

  it('is whole only with everything that a run must have', () => {
    const whole = columnsOfRun(run);
    assert.deepEqual(runOfColumns(whole)?.cluster, run.cluster);
    for (const column of [
      'id',
      'action',
      'source',
      'resourceId',
      'subscriptionId',
      'resourceGroup',
      'name',
      'instanceId',
      'state',
      'requestedAt',
      'updatedAt',
    ]) {
      assert.equal(runOfColumns({ ...whole, [column]: undefined }), undefined, column);
    }
  });

  it('fits into a table, whatever a run has to say, and stays readable', () => {
    const told = Array.from({ length: 300 }, () => reason('INTERNAL', { problem: '\u0001'.repeat(5000) }));
    const lines = Array.from({ length: 3000 }, () => '\u0001ü'.repeat(300));
    const columns = columnsOfRun({ ...run, reasons: told, notices: told, proof: lines, plan: lines });
    assert(bytesOf(columns) < 1024 * 1024, String(bytesOf(columns)));
    const listed = Object.fromEntries(Object.entries(columns).filter(([name]) => listedColumns.includes(name)));
    const read = runOfColumns(listed);
    assert(read !== undefined && read.reasons.length > 5);
    assert.deepEqual(
      read.notices.map(({ code }) => code),
      read.reasons.map(() => 'INTERNAL'),
    );
    assert.equal(read.proof, undefined);
  });
});
