import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../objects.ts';

/** RFC 7396. Neither argument is changed. */
export function applyMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? applyMergePatch(result[key], value) : value;
  }
  return result;
}
