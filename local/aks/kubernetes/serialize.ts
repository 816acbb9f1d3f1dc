import type { JsonObject, KubernetesObject } from './objects.ts';
import type { Resource } from './resources/resource.ts';
import { groupVersion } from './resources/resource.ts';
import type { Stored } from './store/store.ts';

/** The object's JSON in the version asked for; made once when that is the version stored. */
export function jsonOf(stored: Stored, resource: Resource): string {
  const apiVersion = groupVersion(resource);
  if (stored.object.apiVersion !== apiVersion) return serialize({ ...stored.object, apiVersion });
  stored.json ??= serialize(stored.object);
  return stored.json;
}

function serialize(object: KubernetesObject): string {
  const { kind, apiVersion, metadata, ...rest } = object;
  return JSON.stringify({ kind, apiVersion, metadata, ...rest });
}

/** In a list, an item of a built-in kind has neither kind nor apiVersion. */
function itemJson(stored: Stored, resource: Resource): string {
  const json = jsonOf(stored, resource);
  if (resource.custom !== undefined) return json;
  const { kind, apiVersion } = stored.object;
  return `{${json.slice(JSON.stringify({ kind, apiVersion }).length)}`;
}

export function listJson(items: readonly Stored[], metadata: JsonObject, resource: Resource): string {
  const head = JSON.stringify({ kind: resource.listKind, apiVersion: groupVersion(resource), metadata });
  return `${head.slice(0, -1)},"items":[${items.map((item) => itemJson(item, resource)).join(',')}]}`;
}
