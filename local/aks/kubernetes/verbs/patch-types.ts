import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import { isObject } from '../objects.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, StatusError, unsupportedMediaType } from '../status.ts';

type ApplyPatch = (target: KubernetesObject, patch: Json) => Json;

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const strategicMergePatch = 'application/strategic-merge-patch+json';
const applyPatch = 'application/apply-patch+yaml';

function ofObject(apply: (target: JsonObject, patch: JsonObject) => JsonObject): ApplyPatch {
  return (target, patch) => {
    if (isObject(patch)) return apply(target, patch);
    const actual = Array.isArray(patch) ? 'array' : typeof patch;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${actual} into Go value of type map[string]interface {}`,
    );
  };
}

const patches: { [type: string]: ApplyPatch } = {
  [jsonPatch]: applyJsonPatch,
  [mergePatch]: ofObject(applyMergePatch),
  [strategicMergePatch]: ofObject(applyStrategicMergePatch),
};

/** How to apply a body of this media type; throws 415 on others, and on a strategic patch of a custom resource. */
export function patchTypes(resource: Resource, mediaType: string): ApplyPatch {
  if (mediaType === applyPatch) {
    const message =
      'server-side apply is not served by this simulated API server; use a merge patch or client-side apply';
    throw new StatusError(415, 'UnsupportedMediaType', message);
  }
  const refused = resource.custom !== undefined && mediaType === strategicMergePatch;
  const apply = refused ? undefined : patches[mediaType];
  if (apply !== undefined) return apply;
  if (refused) throw unsupportedMediaType([jsonPatch, mergePatch, applyPatch]);
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}
