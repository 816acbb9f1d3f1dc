import type { KubernetesObject } from './objects.ts';
import { objectAt } from './objects.ts';
import type { ObjectRemover } from './object-remover.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { Registry } from './resources/registry.ts';
import type { Resource } from './resources/resource.ts';
import { bucketOf } from './resources/resource.ts';
import type { Store, StoreEvent } from './store/store.ts';

export interface GarbageCollectorOptions {
  store: Store;
  registry: Registry;
  writer: ObjectWriter;
  remover: ObjectRemover;
  closing: AbortSignal;
}

interface Key {
  bucket: string;
  namespace: string;
  name: string;
}

/** Deletes what has lost its last owner, and the content of a namespace that ends; one turn of the loop later. */
export function collectGarbage(options: GarbageCollectorOptions): void {
  const { store, registry, writer, remover, closing } = options;
  const alive = new Set<string>();
  const dependents = new Map<string, Map<string, Key>>();
  const work: (() => void)[] = [];

  function later(task: () => void): void {
    work.push(task);
    if (work.length > 1) return;
    setImmediate(() => {
      for (const next of work.splice(0)) if (!closing.aborted) next();
    });
  }

  function index(bucket: string, object: KubernetesObject): void {
    const { uid, namespace = '', name, ownerReferences = [] } = object.metadata;
    for (const owner of ownerReferences) {
      const known = dependents.get(owner.uid) ?? new Map<string, Key>();
      known.set(uid, { bucket, namespace, name });
      dependents.set(owner.uid, known);
    }
  }

  function resourceOf(bucket: string): Resource | undefined {
    return registry.all().find((resource) => bucketOf(resource) === bucket);
  }

  function removeKey(key: Key, propagation: 'Background' | 'Foreground'): void {
    const stored = store.get(key.bucket, key.namespace, key.name);
    const resource = resourceOf(key.bucket);
    if (stored === undefined || resource === undefined) return;
    if (stored.object.metadata.deletionTimestamp !== undefined) return;
    const preconditions = { uid: stored.object.metadata.uid, resourceVersion: '' };
    remover.remove({ resource, stored, gracePeriodSeconds: undefined, propagation, preconditions, dryRun: false });
  }

  /** A dependent goes when none of its owners is left. */
  function removeOrphan(key: Key): void {
    const owners = store.get(key.bucket, key.namespace, key.name)?.object.metadata.ownerReferences ?? [];
    if (owners.length > 0 && !owners.some((owner) => alive.has(owner.uid))) removeKey(key, 'Background');
  }

  function dependentsOf(uid: string): Key[] {
    return [...(dependents.get(uid)?.values() ?? [])].filter((key) => {
      const owners = store.get(key.bucket, key.namespace, key.name)?.object.metadata.ownerReferences ?? [];
      return owners.some((owner) => owner.uid === uid);
    });
  }

  function withoutFinalizer(key: Key, finalizer: string): void {
    const stored = store.get(key.bucket, key.namespace, key.name);
    const resource = resourceOf(key.bucket);
    if (stored === undefined || resource === undefined) return;
    const finalizers = (stored.object.metadata.finalizers ?? []).filter((item) => item !== finalizer);
    const next = { ...stored.object, metadata: { ...stored.object.metadata, finalizers } };
    writer.update({ resource, stored, next, subresource: '', replaces: false, dryRun: false });
  }

  /** Lets the dependents of `uid` live on without it. */
  function release(uid: string): void {
    for (const key of dependentsOf(uid)) {
      const stored = store.get(key.bucket, key.namespace, key.name);
      const resource = resourceOf(key.bucket);
      if (stored === undefined || resource === undefined) continue;
      const ownerReferences = (stored.object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      const next = { ...stored.object, metadata: { ...stored.object.metadata, ownerReferences } };
      writer.update({ resource, stored, next, subresource: '', replaces: false, dryRun: false });
    }
  }

  function finalize(bucket: string, object: KubernetesObject): void {
    const { uid, namespace = '', name, finalizers = [] } = object.metadata;
    const key = { bucket, namespace, name };
    if (finalizers.includes('orphan')) {
      release(uid);
      withoutFinalizer(key, 'orphan');
      return;
    }
    if (!finalizers.includes('foregroundDeletion')) return;
    const left = dependentsOf(uid);
    if (left.length === 0) withoutFinalizer(key, 'foregroundDeletion');
    for (const dependent of left) removeKey(dependent, 'Foreground');
  }

  function emptyNamespace(name: string): void {
    const stored = store.get('/namespaces', '', name);
    if (stored?.object.metadata.deletionTimestamp === undefined) return;
    let left = 0;
    for (const bucket of new Set(
      registry
        .all()
        .filter((row) => row.namespaced)
        .map(bucketOf),
    )) {
      for (const { object } of store.list(bucket, name)) {
        left += 1;
        removeKey({ bucket, namespace: name, name: object.metadata.name }, 'Background');
      }
    }
    if (left === 0 && objectAt(stored.object, 'status')['phase'] === 'Terminating')
      store.remove('/namespaces', stored.object);
  }

  function afterRemoval(object: KubernetesObject): void {
    const { uid, namespace, ownerReferences = [] } = object.metadata;
    for (const key of dependents.get(uid)?.values() ?? []) removeOrphan(key);
    dependents.delete(uid);
    for (const owner of ownerReferences) awaitOwner(owner.uid, owner.kind, owner.apiVersion, owner.name, namespace);
    if (namespace !== undefined) emptyNamespace(namespace);
  }

  /** The owner may have waited for its last dependent. */
  function awaitOwner(uid: string, kind: string, apiVersion: string, name: string, namespace = ''): void {
    const resource = registry.ofKind(apiVersion, kind);
    if (resource === undefined) return;
    const stored = store.get(bucketOf(resource), resource.namespaced ? namespace : '', name);
    if (stored?.object.metadata.uid === uid && stored.object.metadata.deletionTimestamp !== undefined) {
      finalize(bucketOf(resource), stored.object);
    }
  }

  function onWrite(bucket: string, event: StoreEvent): void {
    const { object } = event.stored;
    const { uid, namespace = '', name, deletionTimestamp, ownerReferences = [] } = object.metadata;
    if (event.type === 'DELETED') {
      alive.delete(uid);
      later(() => afterRemoval(object));
      return;
    }
    alive.add(uid);
    index(bucket, object);
    if (event.type === 'ADDED' && ownerReferences.length > 0) later(() => removeOrphan({ bucket, namespace, name }));
    if (deletionTimestamp === undefined) return;
    if (bucket === '/namespaces') later(() => emptyNamespace(name));
    else later(() => finalize(bucket, object));
  }

  store.onWrite(onWrite);
}
