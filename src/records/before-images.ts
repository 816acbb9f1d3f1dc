import { Failure, reason } from '../reasons.ts';
import { hashKey, tableKey } from './keys.ts';
import { asciiJson, charactersPerProperty, joinJson, splitJson } from './long-json.ts';
import type { Records, Stored } from './records.ts';
import { allRows } from './table.ts';
import type { Table } from './table.ts';

/** Characters of one image as JSON: what a row holds. */
const longestImage = 15 * charactersPerProperty;

type BeforeImages = Pick<Records, 'keepBeforeImages' | 'beforeImages' | 'dropBeforeImages'>;

export function createBeforeImages(table: Table): BeforeImages {
  return {
    async keepBeforeImages(resourceUid, images) {
      for (const { key, image } of images) {
        const json = asciiJson(image);
        // Half an image would restore half a value: better no write than that.
        if (json.length > longestImage) throw tooLong(key, json.length);
        await table.create(tableKey(resourceUid), hashKey(key), { key, ...splitJson('image', json) });
      }
    },

    async beforeImages(resourceUid) {
      const rows = await allRows(table, tableKey(resourceUid));
      const oldestFirst = rows.sort((a, b) => compare(a.timestamp, b.timestamp) || compare(a.rowKey, b.rowKey));
      return oldestFirst
        .map((row) => joinJson('image', row.columns))
        .filter((image): image is Stored => image !== undefined);
    },

    async dropBeforeImages(resourceUid) {
      for (const { partitionKey, rowKey } of await allRows(table, tableKey(resourceUid))) {
        await table.delete(partitionKey, rowKey);
      }
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function tooLong(key: string, characters: number): Failure {
  const problem = `the value of ${key} before the write has ${characters} characters; at most ${longestImage} can be kept`;
  return new Failure('permanent', reason('INTERNAL', { problem }));
}
