import { createHash } from 'node:crypto';
import { parse, validate, version } from 'uuid';

/** `text` in lower case where a table takes it as a key (azure.md i), else its hash. */
export function tableKey(text: string): string {
  const key = text.toLowerCase();
  return /^[\w.-]{1,200}$/.test(key) ? key : `h-${hashKey(key)}`;
}

/** A key for any text. */
export function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The row key of a run: its inverted time and its id, so that rows are in the order newest first and one read finds a
 * run by its id. Undefined for a text that is not a GUID of version 7.
 */
export function runKey(id: string): string | undefined {
  if (!validate(id) || version(id) !== 7) return undefined;
  const milliseconds = Buffer.from(parse(id)).readUIntBE(0, 6);
  const inverted = (2 ** 48 - 1 - milliseconds).toString(16).padStart(12, '0');
  return `${inverted}-${id.toLowerCase()}`;
}
