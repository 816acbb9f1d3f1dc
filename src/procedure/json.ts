import type { Json, JsonObject } from './facts.ts';

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`; undefined where there is none. */
export function valueAt(object: Json | undefined, ...path: string[]): Json | undefined {
  let value = object;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** The object at `path`; an empty one where there is none. */
export function objectAt(object: Json | undefined, ...path: string[]): JsonObject {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : {};
}

export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((element, index) => sameJson(element, right[index]));
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => sameJson(left[key], right[key]));
  }
  return left === right;
}

/** One property that a merge patch sets, or removes with `null`. */
export interface Leaf {
  path: string[];
  value: Json;
}

/** The leaves of a merge patch (RFC 7396): arrays and empty objects are leaves. */
export function leavesOf(patch: JsonObject, parents: readonly string[] = []): Leaf[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const path = [...parents, key];
    return isJsonObject(value) && Object.keys(value).length > 0 ? leavesOf(value, path) : [{ path, value }];
  });
}

/** What of `patch` the object is not yet like; undefined where nothing is left to write. */
export function remainderOf(patch: JsonObject, object: JsonObject): JsonObject | undefined {
  const left: JsonObject = {};
  for (const [key, value] of Object.entries(patch)) {
    const present = object[key];
    if (isJsonObject(value) && Object.keys(value).length > 0) {
      const below = remainderOf(value, isJsonObject(present) ? present : {});
      if (below) left[key] = below;
    } else if (value === null ? present !== undefined && present !== null : !sameJson(value, present)) {
      left[key] = value;
    }
  }
  return Object.keys(left).length > 0 ? left : undefined;
}

/** A value in a sentence. */
export function printed(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not set';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
