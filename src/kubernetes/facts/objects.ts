import * as z from 'zod';
import type { JsonObject } from '../../procedure/facts.ts';

/** Any JSON object, as it is: what JSON.parse made needs no copy. */
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is not an object',
);

export const stringMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});

/** Items of a list; Go writes `null` for an empty one. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).nullish() }).transform(({ items }) => items ?? []);
}

/** A list inside an object, absent or `null` when it is empty. */
export function optionalList<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}
