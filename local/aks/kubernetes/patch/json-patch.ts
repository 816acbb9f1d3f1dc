import type { Operation } from 'rfc6902';
import { applyPatch } from 'rfc6902';
import type { Json, JsonObject } from '../objects.ts';
import { isObject, textAt } from '../objects.ts';
import { badRequest, patchRejected } from '../status.ts';

const operations = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** RFC 6902; throws 400 on what is no patch and 422 on what cannot be applied. The target is not changed. */
export function applyJsonPatch(target: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch)) {
    const actual = isObject(patch) ? 'object' : typeof patch;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${actual} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  const result = structuredClone(target);
  for (const operation of patch) {
    if (!isObject(operation) || !operations.has(textAt(operation, 'op'))) throw patchRejected();
    // The API server's own library adds what a replace does not find in an object.
    const [failure] = applyPatch(result, [operation as unknown as Operation]);
    if (failure !== null) {
      const replaced = operation['op'] === 'replace' && failure?.name === 'MissingError';
      const [again] = replaced ? applyPatch(result, [{ ...operation, op: 'add' } as unknown as Operation]) : [failure];
      if (again !== null) throw patchRejected();
    }
  }
  return result;
}
