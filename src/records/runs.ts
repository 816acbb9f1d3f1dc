import { Failure, reason } from '../reasons.ts';
import { runKey } from './keys.ts';
import type { Records, RunFilter, RunPage, RunRecord } from './records.ts';
import { columnsOfRun, listedColumns, runOfColumns } from './run-row.ts';
import type { Columns, Table } from './table.ts';

const partitionKey = 'runs';
/** As many rows as one answer of the API holds at most. */
const largestPage = 100;
/** Requests for one page: a filter that finds little makes the table service answer in pieces. */
const mostRequests = 20;

type RunRecords = Pick<Records, 'queueRun' | 'discardRun' | 'readRun' | 'listRuns' | 'updateRun'>;

export function createRunRecords(table: Table): RunRecords {
  return {
    async queueRun(run) {
      const columns = columnsOfRun(run);
      if (await table.create(partitionKey, keyOf(run.id), columns)) return;
      const row = await table.read(partitionKey, keyOf(run.id));
      if (row === undefined || runOfColumns(row.columns) !== undefined) return;
      // A row that was taken back, and made again in part by an update of a run that had been started all the same.
      await table.merge(partitionKey, keyOf(run.id), { ...columns, ...(row.columns as Columns) });
    },

    async discardRun(id) {
      await table.delete(partitionKey, keyOf(id));
    },

    async readRun(id) {
      const rowKey = runKey(id);
      if (rowKey === undefined) return undefined;
      const row = await table.read(partitionKey, rowKey);
      return row === undefined ? undefined : runOfColumns(row.columns);
    },

    listRuns: (filter, page) => listRuns(table, filter, page),

    async updateRun(id, fields) {
      await table.merge(partitionKey, keyOf(id), columnsOfRun({ id, ...fields }));
    },
  };
}

async function listRuns(table: Table, filter: RunFilter, page: Parameters<Records['listRuns']>[1]): Promise<RunPage> {
  const { cluster, state, outcome } = filter;
  const equals = { cluster: cluster?.toLowerCase(), state, outcome };
  const size = Math.max(1, Math.min(page.size, largestPage));
  const runs: RunRecord[] = [];
  let from = page.from === undefined ? undefined : tokenOf(page.from);
  for (let request = 0; request < mostRequests; request++) {
    const query = { partitionKey, equals, columns: listedColumns };
    const answer = await table.page(query, { size: size - runs.length, from });
    runs.push(...answer.rows.map((row) => runOfColumns(row.columns)).filter((run) => run !== undefined));
    from = answer.next;
    if (from === undefined || runs.length >= size) break;
  }
  return { runs, next: from === undefined ? undefined : Buffer.from(from).toString('base64url') };
}

function keyOf(id: string): string {
  const rowKey = runKey(id);
  if (rowKey === undefined)
    throw new Failure('permanent', reason('INTERNAL', { problem: `"${id}" is no id of a run` }));
  return rowKey;
}

/** The table service's own token of a `next` that came from outside. */
function tokenOf(next: string): string {
  const token = Buffer.from(next, 'base64url').toString();
  try {
    const { nextPartitionKey } = JSON.parse(Buffer.from(token, 'base64').toString()) as Record<string, unknown>;
    if (typeof nextPartitionKey === 'string') return token;
  } catch {
    // Told below, as every other text that is no token.
  }
  throw new Failure(
    'permanent',
    reason('INVALID_REQUEST', { problem: 'next is not one that a list of runs ended with' }),
  );
}
