import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../objects.ts';
import type { Schema } from './schema.ts';
import { valueSchema } from './schema.ts';

/** Fills in the schema's defaults; a null where null is not allowed counts as absent. */
export function fillDefaults(object: JsonObject, schema: Schema): JsonObject {
  const result: JsonObject = { ...object };
  const others = valueSchema(schema);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const value = result[key];
    const absent = value === undefined || (value === null && property.nullable !== true);
    if (absent && property.default !== undefined) result[key] = structuredClone(property.default);
    const filled = result[key];
    if (filled === null && property.nullable !== true) delete result[key];
    else if (filled !== undefined) result[key] = fillValue(filled, property);
  }
  if (others === undefined) return result;
  for (const [key, value] of Object.entries(result)) {
    if (value === undefined || schema.properties?.[key] !== undefined) continue;
    if (value === null && others.nullable !== true) delete result[key];
    else result[key] = fillValue(value, others);
  }
  return result;
}

function fillValue(value: Json, schema: Schema): Json {
  const { items } = schema;
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => fillValue(item, items));
  return isObject(value) ? fillDefaults(value, schema) : value;
}
