import type { KubernetesObject } from '../objects.ts';
import { expired } from '../status.ts';

/** An object as stored: never changed, replaced on every write; its JSON is made once, when first sent. */
export interface Stored {
  readonly object: KubernetesObject;
  readonly revision: number;
  json: string | undefined;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly stored: Stored;
  /** What was stored before, for selectors that the object has entered or left. */
  readonly previous: Stored | undefined;
}

type Listener = (event: StoreEvent) => void;

/** Everything of one resource, and the events that a late watch is given. */
interface Bucket {
  objects: Map<string, Stored>;
  sortedKeys: string[] | undefined;
  events: StoreEvent[];
  /** A watch from before this revision has missed events. */
  oldestRevision: number;
  listeners: Set<Listener>;
}

/** One revision counter for all resources, as etcd has one. Buckets are named by group and plural. */
export interface Store {
  readonly revision: number;
  get(bucket: string, namespace: string, name: string): Stored | undefined;
  /** In the order of keys: namespace, then name. */
  list(bucket: string, namespace?: string): Stored[];
  put(bucket: string, object: KubernetesObject): Stored;
  remove(bucket: string, object: KubernetesObject): Stored;
  /** Events after `since`, then each as it happens, until the returned function is called; throws 410 Expired. */
  watch(bucket: string, since: number, listener: Listener): () => void;
  /** Hears of every write in any bucket. */
  onWrite(listener: (bucket: string, event: StoreEvent) => void): void;
  /** Forgets all events, as etcd's compaction does: an older watch gets 410 Expired. */
  compact(): void;
}

const firstRevision = 1;

export function createStore(eventsKept: number): Store {
  const buckets = new Map<string, Bucket>();
  const writeListeners: ((bucket: string, event: StoreEvent) => void)[] = [];
  let revision = firstRevision;
  let compacted = 0;

  function bucketOf(name: string): Bucket {
    let bucket = buckets.get(name);
    if (bucket === undefined) {
      bucket = {
        objects: new Map(),
        sortedKeys: undefined,
        events: [],
        oldestRevision: compacted,
        listeners: new Set(),
      };
      buckets.set(name, bucket);
    }
    return bucket;
  }

  function publish(name: string, bucket: Bucket, event: StoreEvent): void {
    bucket.events.push(event);
    if (bucket.events.length > 2 * eventsKept) {
      const dropped = bucket.events.splice(0, bucket.events.length - eventsKept);
      bucket.oldestRevision = dropped.at(-1)?.stored.revision ?? bucket.oldestRevision;
    }
    for (const listener of bucket.listeners) listener(event);
    for (const listener of writeListeners) listener(name, event);
  }

  function stamp(object: KubernetesObject): Stored {
    revision += 1;
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    return { object: { ...object, metadata }, revision, json: undefined };
  }

  return {
    get revision() {
      return revision;
    },
    get: (name, namespace, objectName) => bucketOf(name).objects.get(`${namespace}/${objectName}`),
    list(name, namespace) {
      const bucket = bucketOf(name);
      bucket.sortedKeys ??= [...bucket.objects.keys()].sort();
      const prefix = namespace === undefined ? '' : `${namespace}/`;
      const found: Stored[] = [];
      for (const key of bucket.sortedKeys) {
        const stored = key.startsWith(prefix) ? bucket.objects.get(key) : undefined;
        if (stored !== undefined) found.push(stored);
      }
      return found;
    },
    put(name, object) {
      const bucket = bucketOf(name);
      const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      const previous = bucket.objects.get(key);
      const stored = stamp(object);
      bucket.objects.set(key, stored);
      if (previous === undefined) bucket.sortedKeys = undefined;
      publish(name, bucket, { type: previous === undefined ? 'ADDED' : 'MODIFIED', stored, previous });
      return stored;
    },
    remove(name, object) {
      const bucket = bucketOf(name);
      const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      const previous = bucket.objects.get(key);
      const stored = stamp(object);
      if (bucket.objects.delete(key)) {
        bucket.sortedKeys = undefined;
        publish(name, bucket, { type: 'DELETED', stored, previous });
      }
      return stored;
    },
    watch(name, since, listener) {
      const bucket = bucketOf(name);
      if (since < bucket.oldestRevision) {
        throw expired(`too old resource version: ${since} (${bucket.oldestRevision})`);
      }
      for (const event of bucket.events) if (event.stored.revision > since) listener(event);
      bucket.listeners.add(listener);
      return () => bucket.listeners.delete(listener);
    },
    onWrite: (listener) => void writeListeners.push(listener),
    compact() {
      compacted = revision;
      for (const bucket of buckets.values()) {
        bucket.events = [];
        bucket.oldestRevision = revision;
      }
    },
  };
}
