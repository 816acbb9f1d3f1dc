import type { Json } from '../objects.ts';
import { isObject } from '../objects.ts';

const step =
  /\.(?<key>[\w\\./-]*[\w-])|\['(?<quoted>[^']+)'\]|\[(?<index>\d+|\*)\]|\[\?\(@\.(?<field>[\w.]+)\s*==\s*["'](?<value>[^"']*)["']\)\]/y;

/** The values at a printer column's JSONPath: fields, indexes, `[*]` and filters by equality. */
export function valuesAt(object: Json, path: string): Json[] {
  let values: Json[] = [object];
  let position = 0;
  while (position < path.length) {
    step.lastIndex = position;
    const match = step.exec(path);
    if (match === null) return [];
    position = step.lastIndex;
    const { key, quoted, index, field, value } = match.groups ?? {};
    if (index !== undefined) values = values.flatMap((item) => itemsAt(item, index));
    else if (field !== undefined) values = values.flatMap((item) => filtered(item, field, value ?? ''));
    else if (quoted !== undefined) values = values.flatMap((item) => child(item, quoted));
    else values = childrenAt(values, key ?? '');
  }
  return values;
}

/** `a.b` are two steps, `a\.b` is one key. */
function childrenAt(values: Json[], path: string): Json[] {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll(String.raw`\.`, '.'));
  return keys.reduce((found, key) => found.flatMap((item) => child(item, key)), values);
}

function child(value: Json, key: string): Json[] {
  const found = isObject(value) ? value[key] : undefined;
  return found === undefined || found === null ? [] : [found];
}

function itemsAt(value: Json, index: string): Json[] {
  if (!Array.isArray(value)) return [];
  if (index === '*') return value;
  const item = value[Number(index)];
  return item === undefined ? [] : [item];
}

function filtered(value: Json, field: string, wanted: string): Json[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item) => childrenAt([item], field).some((found) => found === wanted));
}
