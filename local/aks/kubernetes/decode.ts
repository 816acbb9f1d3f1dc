import type { Json, JsonObject, KubernetesObject, ObjectMeta } from './objects.ts';
import { defined, isObject, textAt } from './objects.ts';
import type { Resource } from './resources/resource.ts';
import { groupVersion } from './resources/resource.ts';
import { fillDefaults } from './schema/defaults.ts';
import { prune } from './schema/prune.ts';
import { badRequest, invalid } from './status.ts';

export interface Decoded {
  object: KubernetesObject;
  /** Paths of the fields that were dropped. */
  unknown: string[];
}

const metadataFields = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
]);
/** Sent by clients, kept by the real server or ignored by it, and of no use here. */
const silentFields = new Set(['managedFields', 'selfLink', 'clusterName']);

export function parseBody(text: string, kind: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const why = text === '' ? 'unexpected end of JSON input' : (error as Error).message;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${text.slice(0, 64) || '<empty>'})`,
    );
  }
}

/** A body as the resource's object: its kind checked, what is not known dropped, defaults of a CRD filled in; `patched` when it is a patch's outcome. */
export function decode(body: Json, resource: Resource, patched = false): Decoded {
  if (!isObject(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type struct`,
    );
  }
  checkKind(body, resource, patched);
  const unknown: string[] = [];
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = body;
  const content = resource.custom === undefined ? withoutNulls(rest) : pruned(rest, resource, unknown);
  const object: KubernetesObject = {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: decodeMetadata(metadata, unknown),
    ...content,
  };
  return { object, unknown };
}

function checkKind(body: JsonObject, resource: Resource, patched: boolean): void {
  const expected = groupVersion(resource);
  const apiVersion = textAt(body, 'apiVersion');
  const kind = textAt(body, 'kind');
  if (resource.custom === undefined) {
    const cannot = (why: string) =>
      badRequest(`${kind || resource.kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}: ${why}`);
    if (kind !== '' && kind !== resource.kind) {
      throw cannot(`converting (${apiVersion}.${kind}) to (core.${resource.kind}): unknown conversion`);
    }
    if (apiVersion !== '' && apiVersion !== expected) {
      const scheme = `no kind "${resource.kind}" is registered for version "${apiVersion}" in scheme`;
      throw cannot(`${scheme} "pkg/runtime/scheme.go:111"`);
    }
    return;
  }
  const shown = JSON.stringify(body);
  for (const [key, value] of [
    ['Kind', kind],
    ['apiVersion', apiVersion],
  ] as const) {
    if (value === '') {
      const missing = `Object '${key}' is missing in '${shown}' (${shown})`;
      throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${missing}`);
    }
  }
  const wrong = (field: string, value: string, wanted: string) => {
    const message = `Invalid value: ${JSON.stringify(value)}: must be ${wanted}`;
    const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
    const name = textAt(body['metadata'], 'name');
    return invalid(kind, group ?? '', name, [{ reason: 'FieldValueInvalid', message, field }]);
  };
  if (kind !== resource.kind) throw wrong('kind', kind, resource.kind);
  if (apiVersion === expected) return;
  if (patched) throw wrong('apiVersion', apiVersion, expected);
  throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);
}

function pruned(content: JsonObject, resource: Resource, unknown: string[]): JsonObject {
  const { custom } = resource;
  if (custom === undefined) return content;
  if (custom.preserveUnknownFields) return defined(content);
  const result = prune(content, custom.schema);
  unknown.push(...result.unknown);
  const { metadata: _metadata, ...properties } = custom.schema.properties ?? {};
  return fillDefaults(result.object, { ...custom.schema, properties });
}

/** The typed kinds have no nulls: a null is an absent field. */
function withoutNulls(value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) result[key] = withoutNullsDeep(item);
  }
  return result;
}

function withoutNullsDeep(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNullsDeep);
  return isObject(value) ? withoutNulls(value) : value;
}

function decodeMetadata(value: Json | undefined, unknown: string[]): ObjectMeta {
  const metadata: JsonObject = {};
  for (const [key, item] of Object.entries(isObject(value) ? value : {})) {
    if (item === null || item === undefined || silentFields.has(key)) continue;
    if (!metadataFields.has(key)) unknown.push(`metadata.${key}`);
    else if (!isEmpty(item)) metadata[key] = item;
  }
  return { name: '', uid: '', resourceVersion: '', creationTimestamp: '', ...metadata };
}

function isEmpty(value: Json): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
