import type { Answer, Call } from '../call.ts';
import type { Matcher } from '../selectors.ts';
import { fieldMatcher, labelMatcher } from '../selectors.ts';
import { bucketOf } from '../resources/resource.ts';
import { jsonOf, listJson } from '../serialize.ts';
import { badRequest, expired, notFound, StatusError } from '../status.ts';
import type { Store, Stored } from '../store/store.ts';
import { presentList, presentObject } from '../tables/present.ts';

export function storedOf(store: Store, call: Call): Stored {
  const { resource, info } = call;
  const namespace = resource.namespaced ? info.namespace : '';
  const stored = store.get(bucketOf(resource), namespace, info.name);
  if (stored === undefined) throw notFound(resource, info.name);
  return stored;
}

export function getObject(store: Store, call: Call): Answer {
  const stored = storedOf(store, call);
  return presentObject(call, stored) ?? { code: 200, body: jsonOf(stored, call.resource) };
}

/** What a list or a watch selects; undefined selects everything. */
export function matcherOf(call: Call): Matcher | undefined {
  const { query } = call.info;
  const { resource } = call;
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const known = resource.custom?.selectableFields ?? resource.selectableFields;
  const matchers: Matcher[] = [];
  if (labels !== '') matchers.push(labelMatcher(labels));
  if (fields !== '') matchers.push(fieldMatcher(fields, resource.kind, resource.custom !== undefined, known));
  return matchers.length === 0 ? undefined : (object) => matchers.every((matches) => matches(object));
}

/** Lists cut into pages are read from what was there at the first page, as from etcd's revision. */
interface Snapshot {
  key: string;
  revision: number;
  items: Stored[];
}

const snapshotsKept = 16;

export type Lister = (call: Call) => Answer;

export function createLister(store: Store): Lister {
  const snapshots: Snapshot[] = [];

  function snapshotFor(key: string, bucket: string, namespace: string | undefined, revision: number): Snapshot {
    const kept = snapshots.find((snapshot) => snapshot.key === key && snapshot.revision === revision);
    if (kept !== undefined) return kept;
    if (revision !== store.revision) {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      );
    }
    const made = { key, revision, items: store.list(bucket, namespace) };
    snapshots.push(made);
    if (snapshots.length > snapshotsKept) snapshots.shift();
    return made;
  }

  return (call) => {
    const { info, resource } = call;
    const bucket = bucketOf(resource);
    const namespace = resource.namespaced && info.namespace !== '' ? info.namespace : undefined;
    const matches = matcherOf(call);
    checkRevision(info.query.get('resourceVersion') ?? '', store);
    const limit = numberOf(info.query.get('limit'));
    const token = info.query.get('continue') ?? '';
    const selected = (items: Stored[]) =>
      matches === undefined ? items : items.filter((item) => matches(item.object));
    if (limit === 0 && token === '') {
      const metadata = { resourceVersion: String(store.revision) };
      const items = selected(store.list(bucket, namespace));
      return presentList(call, items, metadata) ?? { code: 200, body: listJson(items, metadata, resource) };
    }
    const from = token === '' ? { revision: store.revision, index: 0 } : parseToken(token);
    const snapshot = snapshotFor(`${bucket} ${namespace ?? ''}`, bucket, namespace, from.revision);
    const rest = selected(snapshot.items.slice(from.index));
    const page = limit === 0 ? rest : rest.slice(0, limit);
    const last = page.at(-1);
    const more = last !== undefined && rest.length > page.length;
    const next = more ? makeToken(from.revision, snapshot.items.indexOf(last) + 1) : undefined;
    const remaining = more && matches === undefined ? { remainingItemCount: rest.length - page.length } : {};
    const metadata = {
      resourceVersion: String(from.revision),
      ...(next === undefined ? {} : { continue: next, ...remaining }),
    };
    return presentList(call, page, metadata) ?? { code: 200, body: listJson(page, metadata, resource) };
  };
}

function numberOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

/** A list may not be asked from the future. */
function checkRevision(text: string, store: Store): void {
  if (text === '') return;
  if (!/^\d+$/.test(text)) {
    const value = JSON.stringify(text);
    const why = `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`;
    throw badRequest(`invalid resource version: ${why}`);
  }
  if (Number(text) <= store.revision) return;
  const message = 'Too large resource version';
  const causes = [{ reason: 'ResourceVersionTooLarge', message }];
  throw new StatusError(
    504,
    'Timeout',
    `Timeout: ${message}: ${text}, current: ${store.revision}`,
    { causes, retryAfterSeconds: 1 },
    { 'Retry-After': '1' },
  );
}

function makeToken(revision: number, index: number): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: String(index) })).toString('base64url');
}

function parseToken(token: string): { revision: number; index: number } {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number; start: string };
    return { revision: parsed.rv, index: Number(parsed.start) };
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${(error as Error).message}`);
  }
}
