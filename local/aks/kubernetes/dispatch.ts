import type { Answer, Call, Stream } from './call.ts';
import type { ObjectRemover } from './object-remover.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { PodLogs } from './pod-log.ts';
import { methodNotAllowed, noSuchResource } from './status.ts';
import type { Store } from './store/store.ts';
import type { Lister } from './verbs/read.ts';
import { getObject } from './verbs/read.ts';
import { deleteCollection, deleteObject } from './verbs/remove.ts';
import { watchObjects } from './verbs/watch.ts';
import { createObject, patchObject, updateObject } from './verbs/write.ts';

export interface Parts {
  store: Store;
  writer: ObjectWriter;
  remover: ObjectRemover;
  list: Lister;
  podLogs: PodLogs;
  /** Aborted when the server closes. */
  closing: AbortSignal;
}

type Handler = (
  parts: Parts,
  call: Call,
  onBytes: (count: number) => void,
) => Answer | Stream | Promise<Answer | Stream>;

const handlers: { [verb: string]: Handler } = {
  get: ({ store }, call) => getObject(store, call),
  list: ({ list }, call) => list(call),
  watch: ({ store, closing }, call, onBytes) => watchObjects(store, call, closing, onBytes),
  create: ({ writer }, call) => createObject(writer, call),
  update: ({ store, writer }, call) => updateObject(store, writer, call),
  patch: ({ store, writer }, call) => patchObject(store, writer, call),
  delete: ({ store, remover }, call) => deleteObject(store, remover, call),
  deletecollection: ({ store, remover }, call) => deleteCollection(store, remover, call),
};

/** Verbs of a collection in all namespaces: nothing is written there. */
const readOnly = new Set(['list', 'watch']);
const subresourceVerbs: { [subresource: string]: readonly string[] } = {
  status: ['get', 'update', 'patch'],
  finalize: ['update'],
  log: ['get'],
};

export async function dispatch(parts: Parts, call: Call, onBytes: (count: number) => void): Promise<Answer | Stream> {
  const { info, resource } = call;
  const { subresource, verb } = info;
  if (subresource !== '') {
    if (!resource.subresources.includes(subresource)) throw noSuchResource();
    if (subresourceVerbs[subresource]?.includes(verb) !== true) throw methodNotAllowed();
    if (subresource === 'log') return parts.podLogs.read(call);
  }
  const everywhere = resource.namespaced && info.namespace === '';
  const handler = handlers[verb];
  const misplaced =
    (verb === 'create') !== (info.name === '') && ['create', 'update', 'patch', 'delete'].includes(verb);
  if (handler === undefined || misplaced || (everywhere && !readOnly.has(verb))) throw methodNotAllowed();
  return handler(parts, call, onBytes);
}
