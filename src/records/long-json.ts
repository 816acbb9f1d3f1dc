import type { Stored } from './records.ts';

/** A string property holds 64 KiB of UTF-16 (azure.md i): 32,768 characters. */
export const charactersPerProperty = 32_000;

/** JSON in ASCII, so that it can be cut anywhere, and no table service cuts a character in two. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\0-~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The columns that hold a JSON text: `name`, `name_1`, `name_2`, and `name_parts` with their count, so that what is
 * left of a longer one under a merge is not read.
 */
export function splitJson(name: string, json: string): Record<string, string | number> {
  const columns: Record<string, string | number> = {};
  let parts = 0;
  for (let start = 0; start < json.length; start += charactersPerProperty) {
    columns[columnName(name, parts)] = json.slice(start, start + charactersPerProperty);
    parts += 1;
  }
  return { ...columns, [`${name}_parts`]: parts };
}

/** The value whose JSON `splitJson` stored; undefined where there is none. */
export function joinJson(name: string, columns: Record<string, unknown>): Stored | undefined {
  const parts = Number(columns[`${name}_parts`] ?? 0);
  if (parts === 0) return undefined;
  const texts = Array.from({ length: parts }, (_, index) => columns[columnName(name, index)]);
  return JSON.parse(texts.join('')) as Stored;
}

/** All columns that JSON of up to `parts` properties can have. */
export function jsonColumns(name: string, parts: number): string[] {
  return [`${name}_parts`, ...Array.from({ length: parts }, (_, index) => columnName(name, index))];
}

function columnName(name: string, part: number): string {
  return part === 0 ? name : `${name}_${part}`;
}
