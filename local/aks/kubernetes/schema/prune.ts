import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../objects.ts';
import type { Schema } from './schema.ts';
import { childPath, valueSchema } from './schema.ts';

export interface Pruned {
  object: JsonObject;
  /** Paths of what was dropped, in the order met. */
  unknown: string[];
}

const objectRoot = new Set(['apiVersion', 'kind', 'metadata']);

/** Drops what the schema does not specify, as a structural CRD without preserveUnknownFields does. */
export function prune(object: JsonObject, schema: Schema): Pruned {
  const unknown: string[] = [];
  return { object: pruneObject(object, schema, '', unknown, true), unknown };
}

function pruneValue(value: Json, schema: Schema, path: string, unknown: string[]): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? value
      : value.map((item, index) => pruneValue(item, items, `${path}[${index}]`, unknown));
  }
  if (!isObject(value)) return value;
  return pruneObject(value, schema, path, unknown, schema['x-kubernetes-embedded-resource'] === true);
}

function pruneObject(value: JsonObject, schema: Schema, path: string, unknown: string[], root: boolean): JsonObject {
  const result: JsonObject = {};
  const others = valueSchema(schema);
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const specified = schema.properties?.[key] ?? others;
    const at = childPath(path, key);
    if (root && objectRoot.has(key)) result[key] = item;
    else if (specified !== undefined) result[key] = pruneValue(item, specified, at, unknown);
    else if (keepsUnknown) result[key] = item;
    else unknown.push(at);
  }
  return result;
}
