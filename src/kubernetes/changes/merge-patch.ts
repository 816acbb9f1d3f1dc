import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../procedure/facts.ts';
import type { BeforeImage } from '../../procedure/plan.ts';
import { covers, depthPresent, isJsonObject, valueAt } from '../json.ts';

/** One property that a write sets, or removes with `null`. */
export interface Leaf {
  path: string[];
  value: Json;
}

/** The leaves of a merge patch (RFC 7396): everything but objects that hold something. Arrays are replaced whole. */
export function leavesOf(patch: JsonObject, parents: readonly string[] = []): Leaf[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const path = [...parents, key];
    return isJsonObject(value) && Object.keys(value).length > 0 ? leavesOf(value, path) : [{ path, value }];
  });
}

/** Whether the object is already as the leaf wants it. */
export function holds(object: JsonObject, { path, value }: Leaf): boolean {
  const actual = valueAt(object, path);
  return value === null ? actual === undefined || actual === null : covers(actual, value);
}

/** What of `patch` the object is not yet like. */
export function differingLeaves(object: JsonObject, patch: JsonObject): Leaf[] {
  return leavesOf(patch).filter((leaf) => !holds(object, leaf));
}

/** The merge patch that writes these leaves and nothing else. */
export function patchOf(leaves: readonly Leaf[]): JsonObject {
  const patch: JsonObject = {};
  for (const { path, value } of leaves) {
    let parent = patch;
    for (const key of path.slice(0, -1)) {
      const child = parent[key];
      const next = isJsonObject(child) ? child : {};
      parent[key] = next;
      parent = next;
    }
    const last = path.at(-1);
    if (last !== undefined) parent[last] = value;
  }
  return patch;
}

/** What a write of `leaf` will overwrite. */
export function beforeOf(object: JsonObject, { path }: Leaf): BeforeImage['before'] {
  const value = valueAt(object, path);
  return value === undefined ? { present: false, absentFrom: depthPresent(object, path) } : { present: true, value };
}

/** The merge patch that makes `target` of `actual`. */
export function patchBetween(actual: JsonObject, target: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(actual), ...Object.keys(target)])) {
    const from = actual[key];
    const to = target[key];
    if (isDeepStrictEqual(from, to)) continue;
    if (to === undefined) patch[key] = null;
    else patch[key] = isJsonObject(from) && isJsonObject(to) ? patchBetween(from, to) : to;
  }
  return patch;
}
