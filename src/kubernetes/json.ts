import type { Json, JsonObject } from '../procedure/facts.ts';

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, undefined where there is none. */
export function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) {
    if (!isJsonObject(value)) return undefined;
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** How many of the path's segments are there. */
export function depthPresent(object: JsonObject, path: readonly string[]): number {
  let depth = 0;
  while (depth < path.length && valueAt(object, path.slice(0, depth + 1)) !== undefined) depth += 1;
  return depth;
}

/** `object` with `value` at `path` (undefined: without it); parents are made as needed. The original stays as it is. */
export function withValueAt(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const child = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined && child === undefined) return object;
  if (rest.length === 0) {
    const { [key]: _replaced, ...others } = object;
    return value === undefined ? others : { ...others, [key]: value };
  }
  if (value === undefined && !isJsonObject(child)) return object;
  return { ...object, [key]: withValueAt(isJsonObject(child) ? child : {}, rest, value) };
}

/** Whether everything in `wanted` is in `actual`: a server may add defaults to the objects that it is sent. */
export function covers(actual: Json | undefined, wanted: Json): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((element, index) => covers(actual[index], element))
    );
  }
  if (isJsonObject(wanted)) {
    return isJsonObject(actual) && Object.entries(wanted).every(([key, value]) => covers(actual[key], value));
  }
  return actual === wanted;
}
