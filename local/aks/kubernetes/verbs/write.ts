import type { Answer, Call } from '../call.ts';
import { isDryRun } from '../call.ts';
import type { Decoded } from '../decode.ts';
import { decode, parseBody } from '../decode.ts';
import type { Json } from '../objects.ts';
import { isObject, textAt } from '../objects.ts';
import type { ObjectWriter } from '../object-writer.ts';
import { bucketOf } from '../resources/resource.ts';
import { jsonOf } from '../serialize.ts';
import { badRequest, invalid, unsupportedMediaType } from '../status.ts';
import type { Store } from '../store/store.ts';
import { isAtLeast } from '../version.ts';
import { patchTypes } from './patch-types.ts';
import { storedOf } from './read.ts';

/** Of those that a real server reads: no YAML, no protobuf, which is what `kubectl create` sends of a built-in kind. */
const bodyTypes = ['application/json'];

export function mediaType(call: Call): string {
  return (call.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function checkJson(call: Call): void {
  const type = mediaType(call);
  if (type !== '' && type !== 'application/json') throw unsupportedMediaType(bodyTypes);
}

/** Says what became of fields that are not known: nothing, a warning, or a refusal (`fieldValidation`, since 1.25). */
function fieldWarnings(call: Call, decoded: Decoded): Record<string, string> {
  if (!isAtLeast(call.version, 25)) return {};
  const wanted = call.info.query.get('fieldValidation') || 'Warn';
  const unknown = decoded.unknown.map((path) => `unknown field "${path}"`);
  if (unknown.length === 0 || wanted === 'Ignore') return {};
  if (wanted === 'Strict') {
    const { resource } = call;
    const why = `strict decoding error: ${unknown.join(', ')}`;
    const version = resource.version;
    const subject = `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}`;
    throw badRequest(resource.custom === undefined || call.info.verb !== 'patch' ? `${subject}: ${why}` : why);
  }
  const text = unknown.map((line) => `299 - "${line.replaceAll('"', String.raw`\"`)}"`).join(', ');
  return { Warning: text };
}

function checkOptions(call: Call, kind: string): void {
  const { query } = call.info;
  for (const value of query.getAll('dryRun')) {
    if (value === 'All') continue;
    const message = `Unsupported value: ["${value}"]: supported values: "All"`;
    const cause = { reason: 'FieldValueNotSupported', message, field: 'dryRun' };
    throw invalid(kind, 'meta.k8s.io', '', [cause]);
  }
}

function checkNames(call: Call, decoded: Decoded): void {
  const { metadata } = decoded.object;
  const { info, resource } = call;
  if (info.name !== '' && metadata.name !== info.name) {
    if (metadata.name === '') throw badRequest('resource name may not be empty');
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`);
  }
  const { namespace } = metadata;
  if (resource.namespaced && namespace !== undefined && namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

export function createObject(writer: ObjectWriter, call: Call): Answer {
  checkOptions(call, 'CreateOptions');
  checkJson(call);
  const { resource, info } = call;
  const decoded = decode(parseBody(call.body, resource.kind), resource);
  checkNames(call, decoded);
  const headers = fieldWarnings(call, decoded);
  const stored = writer.create({
    resource,
    namespace: info.namespace,
    object: decoded.object,
    dryRun: isDryRun(info),
  });
  return { code: 201, body: jsonOf(stored, resource), headers };
}

export function updateObject(store: Store, writer: ObjectWriter, call: Call): Answer {
  checkOptions(call, 'UpdateOptions');
  checkJson(call);
  const { resource, info } = call;
  const decoded = decode(parseBody(call.body, resource.kind), resource);
  checkNames(call, decoded);
  const headers = fieldWarnings(call, decoded);
  const namespace = resource.namespaced ? info.namespace : '';
  const missing = store.get(bucketOf(resource), namespace, info.name) === undefined;
  if (missing && resource.createdByUpdate) {
    const created = writer.create({ resource, namespace, object: decoded.object, dryRun: isDryRun(info) });
    return { code: 201, body: jsonOf(created, resource), headers };
  }
  const stored = storedOf(store, call);
  const { subresource } = info;
  const next = decoded.object;
  const written = writer.update({ resource, stored, next, subresource, replaces: true, dryRun: isDryRun(info) });
  return { code: 200, body: jsonOf(written, resource), headers };
}

export function patchObject(store: Store, writer: ObjectWriter, call: Call): Answer {
  checkOptions(call, 'PatchOptions');
  const { resource, info } = call;
  const apply = patchTypes(resource, mediaType(call));
  const stored = storedOf(store, call);
  const patched = apply(stored.object, parsePatch(call.body));
  const decoded = decode(withKind(patched, stored.object), resource, true);
  checkNames(call, decoded);
  const headers = fieldWarnings(call, decoded);
  const { subresource } = info;
  const next = decoded.object;
  const written = writer.update({ resource, stored, next, subresource, replaces: false, dryRun: isDryRun(info) });
  return { code: 200, body: jsonOf(written, resource), headers };
}

/** A patch that removes them leaves kind and version as they are. */
function withKind(patched: Json, original: { kind: string; apiVersion: string }): Json {
  if (!isObject(patched)) return patched;
  const kind = textAt(patched, 'kind') || original.kind;
  const apiVersion = textAt(patched, 'apiVersion') || original.apiVersion;
  return { ...patched, kind, apiVersion };
}

function parsePatch(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}
