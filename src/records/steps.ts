import { tableKey } from './keys.ts';
import { asciiJson, charactersPerProperty, joinJson, splitJson } from './long-json.ts';
import type { RecordedWrite, Records, StepRecord, Stored } from './records.ts';
import { shortJson, shortText } from './shorten.ts';
import { allRows } from './table.ts';
import type { Table } from './table.ts';

/** Characters of the JSON of all writes of one step: most of a row. */
const longestWrites = 14 * charactersPerProperty;
/** Characters of a text for the reader. */
const longestText = 8000;
/** A merge cannot take a column away. */
const cleared = '';

export function createStepRecords(table: Table): Pick<Records, 'saveStep' | 'readSteps'> {
  return {
    async saveStep(runId, { number, id, title, phase, state, waitingFor, writes, startedAt, finishedAt }) {
      await table.merge(tableKey(runId), String(number).padStart(4, '0'), {
        number,
        id,
        title: shortText(title, longestText),
        phase,
        state,
        waitingFor: waitingFor === undefined ? cleared : shortText(waitingFor, longestText),
        ...(writes === undefined ? {} : splitJson('writes', jsonOfWrites(writes))),
        startedAt,
        finishedAt: finishedAt ?? cleared,
      });
    },

    async readSteps(runId) {
      return (await allRows(table, tableKey(runId))).map((row) => stepOfColumns(row.columns));
    },
  };
}

/** Every write keeps its object and path; only values are shortened. */
function jsonOfWrites(writes: readonly RecordedWrite[]): string {
  const limit = Math.floor(longestWrites / Math.max(writes.length, 1));
  const whole = asciiJson(writes);
  if (whole.length <= longestWrites) return whole;
  const shorter = writes.map(({ before, after, ...where }) => ({
    ...where,
    ...(before === undefined ? {} : { before: shortValue(before, limit / 4) }),
    after: shortValue(after, limit / 4),
  }));
  return shortJson(shorter, longestWrites);
}

function shortValue(value: Stored, limit: number): Stored {
  return JSON.parse(shortJson(value, limit)) as Stored;
}

function stepOfColumns(columns: Record<string, unknown>): StepRecord {
  const row = columns as unknown as Omit<StepRecord, 'writes'>;
  return {
    number: row.number,
    id: row.id,
    title: row.title,
    phase: row.phase,
    state: row.state,
    waitingFor: row.waitingFor || undefined,
    writes: (joinJson('writes', columns) ?? []) as unknown as RecordedWrite[],
    startedAt: row.startedAt,
    finishedAt: row.finishedAt || undefined,
  };
}
