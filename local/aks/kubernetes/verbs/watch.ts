import type { ServerResponse } from 'node:http';
import type { Call, Stream } from '../call.ts';
import type { JsonObject, KubernetesObject } from '../objects.ts';
import { bucketOf, groupVersion } from '../resources/resource.ts';
import { jsonOf } from '../serialize.ts';
import { badRequest, internalError, invalid, StatusError } from '../status.ts';
import type { Store, Stored, StoreEvent } from '../store/store.ts';
import { presentEvent } from '../tables/present.ts';
import { matcherOf } from './read.ts';

/** Wall seconds. A real server ends a watch after 30 to 60 minutes, and sends a bookmark each minute. */
const longestWatch = 1800;
const bookmarkInterval = 60;
/** A client that does not read is cut off. */
const longestBacklog = 64 * 1024 * 1024;

/** Streams events as lines of JSON; ends by `timeoutSeconds`, or when the client or `closing` does. */
export function watchObjects(store: Store, call: Call, closing: AbortSignal, onBytes: (count: number) => void): Stream {
  const { info, resource } = call;
  const { query } = info;
  const matches = matcherOf(call);
  const since = revisionOf(query.get('resourceVersion') ?? '');
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const initial = initialEvents(query);
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || longestWatch;
  const namespace = resource.namespaced && info.namespace !== '' ? info.namespace : undefined;
  const name = info.name === '' ? undefined : info.name;

  const selects = (object: KubernetesObject | undefined): boolean =>
    object !== undefined &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    (matches === undefined || matches(object));

  /** The event as this watch sees it: an object that enters or leaves the selection is added or deleted. */
  function lineOf(event: StoreEvent): string | undefined {
    const before = selects(event.previous?.object);
    const after = event.type !== 'DELETED' && selects(event.stored.object);
    if (!before && !after) return undefined;
    const type = before && after ? 'MODIFIED' : after ? 'ADDED' : 'DELETED';
    return eventLine(type, event.stored);
  }

  let first = true;
  /** A table names its columns in its first event only. */
  function eventLine(type: string, stored: Stored): string {
    const form = presentEvent(call, stored, first);
    first = false;
    return `{"type":"${type}","object":${form === undefined ? jsonOf(stored, resource) : JSON.stringify(form)}}\n`;
  }

  function bookmark(annotations?: JsonObject): string {
    const metadata = { resourceVersion: String(store.revision), ...(annotations === undefined ? {} : { annotations }) };
    const object = { kind: resource.kind, apiVersion: groupVersion(resource), metadata };
    return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
  }

  function stream(response: ServerResponse): void {
    const send = (line: string): void => {
      onBytes(Buffer.byteLength(line));
      response.write(line);
      if (response.writableLength > longestBacklog) response.destroy();
    };
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const onEvent = (event: StoreEvent): void => {
      const line = lineOf(event);
      if (line !== undefined) send(line);
    };
    const current = initial ?? (since === undefined || since === 0);
    if (current) {
      for (const stored of store.list(bucketOf(resource), namespace)) {
        if (selects(stored.object)) send(eventLine('ADDED', stored));
      }
      if (initial === true && bookmarks) send(bookmark({ 'k8s.io/initial-events-end': 'true' }));
    }
    let stop: () => void;
    try {
      stop = store.watch(bucketOf(resource), current ? store.revision : (since ?? store.revision), onEvent);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      send(`${JSON.stringify({ type: 'ERROR', object: error.status })}\n`);
      response.end();
      return;
    }
    const finish = (): void => {
      if (bookmarks) send(bookmark());
      response.end();
    };
    const deadline = setTimeout(finish, seconds * 1000);
    const ticking = bookmarks ? setInterval(() => send(bookmark()), bookmarkInterval * 1000) : undefined;
    closing.addEventListener('abort', finish);
    response.on('close', () => {
      stop();
      clearTimeout(deadline);
      clearInterval(ticking);
      closing.removeEventListener('abort', finish);
    });
  }
  return { stream };
}

function isTrue(value: string | null): boolean {
  return value === '1' || value === 'true';
}

function revisionOf(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const value = JSON.stringify(text);
  throw internalError(`resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`);
}

/** undefined when not said. */
function initialEvents(query: URLSearchParams): boolean | undefined {
  const value = query.get('sendInitialEvents');
  if (value === null) return undefined;
  if (value !== 'true' && value !== 'false') throw badRequest(`invalid value for sendInitialEvents: ${value}`);
  if (query.get('resourceVersionMatch') === 'NotOlderThan') return value === 'true';
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  const cause = { reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' };
  throw invalid('ListOptions', 'meta.k8s.io', '', [cause]);
}
