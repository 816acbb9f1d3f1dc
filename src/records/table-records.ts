import type { TokenCredential } from '@azure/identity';
import { createBeforeImages } from './before-images.ts';
import { createClaims } from './claims.ts';
import type { Records } from './records.ts';
import { createRunRecords } from './runs.ts';
import { createStepRecords } from './steps.ts';
import { openTable, type Table } from './table.ts';

export interface RecordsOptions {
  /** Of the storage account's tables, for example `https://account.table.core.windows.net`. */
  endpoint: string;
  /** Storage Table Data Contributor on the account. */
  credential: TokenCredential;
}

/** The records in Azure Table Storage. Nothing is sent before the first call. */
export function createRecords({ endpoint, credential }: RecordsOptions): Records {
  return recordsIn((name) => openTable(endpoint, name, credential));
}

/** The records in tables of these names. */
export function recordsIn(open: (name: string) => Table): Records {
  const [clusters, runs, steps, images] = [open('clusters'), open('runs'), open('steps'), open('beforeimages')];
  return {
    async prepare() {
      await Promise.all([clusters, runs, steps, images].map((table) => table.prepare()));
    },
    ...createRunRecords(runs),
    ...createStepRecords(steps),
    ...createClaims(clusters),
    ...createBeforeImages(images),
  };
}
