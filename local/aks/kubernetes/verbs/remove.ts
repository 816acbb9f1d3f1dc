import type { Answer, Call } from '../call.ts';
import { isDryRun } from '../call.ts';
import type { JsonObject } from '../objects.ts';
import { defined, isObject, objectAt, textAt } from '../objects.ts';
import type { ObjectRemover, Propagation, Removed } from '../object-remover.ts';
import { bucketOf } from '../resources/resource.ts';
import { jsonOf, listJson } from '../serialize.ts';
import { badRequest } from '../status.ts';
import type { Store, Stored } from '../store/store.ts';
import { matcherOf, storedOf } from './read.ts';

/** Kinds whose DELETE answers with the object that went. */
const returnsObject = new Set(['Pod', 'Service', 'ServiceAccount']);

interface DeleteOptions {
  gracePeriodSeconds: number | undefined;
  propagation: Propagation;
  preconditions: { uid: string; resourceVersion: string };
  dryRun: boolean;
}

function optionsOf(call: Call): DeleteOptions {
  const body = parseOptions(call.body);
  const { query } = call.info;
  const grace = query.get('gracePeriodSeconds') ?? body['gracePeriodSeconds'];
  const policy = query.get('propagationPolicy') ?? textAt(body, 'propagationPolicy');
  const preconditions = objectAt(body, 'preconditions');
  const dryRun = body['dryRun'];
  return {
    gracePeriodSeconds: grace === undefined || grace === null ? undefined : Number(grace),
    propagation: policy === 'Foreground' || policy === 'Orphan' ? policy : 'Background',
    preconditions: { uid: textAt(preconditions, 'uid'), resourceVersion: textAt(preconditions, 'resourceVersion') },
    dryRun: isDryRun(call.info) || (Array.isArray(dryRun) && dryRun.includes('All')),
  };
}

function parseOptions(text: string): JsonObject {
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

export function deleteObject(store: Store, remover: ObjectRemover, call: Call): Answer {
  const { resource } = call;
  const removed = remover.remove({ resource, stored: storedOf(store, call), ...optionsOf(call) });
  return { code: 200, body: removed.gone ? goneBody(call, removed) : jsonOf(removed.stored, resource) };
}

function goneBody(call: Call, removed: Removed): string {
  const { resource } = call;
  if (returnsObject.has(resource.kind)) return jsonOf(removed.stored, resource);
  const { name, uid } = removed.stored.object.metadata;
  const group = resource.group === '' ? undefined : resource.group;
  const details = defined({ name, group, kind: resource.plural, uid });
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
}

export function deleteCollection(store: Store, remover: ObjectRemover, call: Call): Answer {
  const { resource, info } = call;
  const matches = matcherOf(call);
  const options = optionsOf(call);
  const namespace = resource.namespaced && info.namespace !== '' ? info.namespace : undefined;
  const found: Stored[] = store
    .list(bucketOf(resource), namespace)
    .filter((stored) => matches === undefined || matches(stored.object));
  for (const stored of found) remover.remove({ resource, stored, ...options });
  const metadata = { resourceVersion: String(store.revision) };
  return { code: 200, body: listJson(found, metadata, resource) };
}
