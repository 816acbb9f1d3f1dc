import { Failure, reason } from '../reasons.ts';
import { hashKey, tableKey } from './keys.ts';
import { asciiJson, charactersPerProperty, joinJson, splitJson } from './long-json.ts';
import type { Records } from './records.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import { allRows } from './table.ts';
import type { Columns, Row, Table } from './table.ts';

/** Characters of one image as JSON: what a row holds. */
const longestImage = 15 * charactersPerProperty;

/** How often a row that others change meanwhile is read again at once. */
const mostTries = 10;

type BeforeImages = Pick<Records, 'keepBeforeImages' | 'confirmBeforeImages' | 'beforeImages' | 'dropBeforeImages'>;

export function createBeforeImages(table: Table): BeforeImages {
  return {
    async keepBeforeImages(resourceUid, images) {
      for (const { key, image } of images) {
        const json = asciiJson(image);
        // Half an image would restore half a value: better no write than that.
        if (json.length > longestImage) throw tooLong(key, json.length);
        const columns = { key, confirmed: false, ...splitJson('image', json) };
        await settle(table, resourceUid, key, async (row) => {
          if (!row) return table.create(tableKey(resourceUid), hashKey(key), columns);
          return isConfirmed(row) || table.replace(row, columns);
        });
      }
    },

    async confirmBeforeImages(resourceUid, keys) {
      for (const key of keys) {
        await settle(table, resourceUid, key, async (row) => {
          if (!row || isConfirmed(row)) return true;
          return table.replace(row, { ...(row.columns as Columns), confirmed: true });
        });
      }
    },

    async beforeImages(resourceUid) {
      const rows = await allRows(table, tableKey(resourceUid));
      const oldestFirst = rows.sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.rowKey, b.rowKey));
      return oldestFirst.flatMap((row) => {
        const image = joinJson('image', row.columns);
        return image === undefined ? [] : [{ image, confirmed: isConfirmed(row) }];
      });
    },

    async dropBeforeImages(resourceUid) {
      for (const { partitionKey, rowKey } of await allRows(table, tableKey(resourceUid))) {
        await table.delete(partitionKey, rowKey);
      }
    },
  };
}

function isConfirmed(row: Row): boolean {
  return row.columns['confirmed'] !== false;
}

/** Until `step` is done with the row; false: it was changed meanwhile, so it is read again. */
async function settle(
  table: Table,
  resourceUid: string,
  key: string,
  step: (row: Row | undefined) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    if (await step(await table.read(tableKey(resourceUid), hashKey(key)))) return;
  }
  throw new StoreUnavailable(`the before-image of ${key} was changed ${mostTries} times while it was read`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function tooLong(key: string, characters: number): Failure {
  const problem = `the value of ${key} before the write has ${characters} characters; at most ${longestImage} can be kept`;
  return new Failure('permanent', reason('INTERNAL', { problem }));
}
