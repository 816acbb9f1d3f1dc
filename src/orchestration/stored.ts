import type { Stored } from '../records/records.ts';

/** A value of ours as JSON for the records; what JSON cannot say (undefined) is left out. */
export function stored(value: unknown): Stored {
  return JSON.parse(JSON.stringify(value)) as Stored;
}
