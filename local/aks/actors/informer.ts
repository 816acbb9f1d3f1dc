import type { ApiClient } from './api-client.ts';
import type { KubernetesObject } from './objects.ts';
import type { Resource } from './resources.ts';

export type ChangeListener<T> = (object: T, change: 'present' | 'deleted') => void;

interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T & { code?: number; message?: string };
}

/** How long to wait after a failed list or watch, in milliseconds of wall time: the API server's, not the cluster's. */
const retryAfter = 200;

/**
 * Keeps a copy of all objects of one kind: a list, then a watch; the watch is resumed when it ends, the list repeated
 * when its resourceVersion is gone (410). An actor's own writes are in the copy before the watch brings them.
 */
export class Informer<T extends KubernetesObject> {
  /** Resolves after the first list. */
  readonly synced: Promise<void>;
  readonly #api: ApiClient;
  readonly #resource: Resource<T>;
  readonly #signal: AbortSignal;
  readonly #objects = new Map<string, T>();
  readonly #listeners = new Set<ChangeListener<T>>();

  constructor(api: ApiClient, resource: Resource<T>, signal: AbortSignal) {
    this.#api = api;
    this.#resource = resource;
    this.#signal = signal;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    void this.#run(resolve);
  }

  items(): T[] {
    return [...this.#objects.values()];
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(keyOf({ name, namespace }));
  }

  /** Calls back for every change from now on; the returned function takes it back. */
  onChange(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what the API server answered to a write; an older version than the known one is left out. */
  observe(object: T): void {
    const key = keyOf(object.metadata);
    const known = this.#objects.get(key);
    if (known !== undefined && versionOf(known) >= versionOf(object)) return;
    this.#objects.set(key, object);
    this.#tell(object, 'present');
  }

  #forget(object: T): void {
    const key = keyOf(object.metadata);
    const known = this.#objects.get(key);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
    this.#objects.delete(key);
    this.#tell(object, 'deleted');
  }

  #tell(object: T, change: 'present' | 'deleted'): void {
    for (const listener of this.#listeners) listener(object, change);
  }

  async #run(onSynced: () => void): Promise<void> {
    let resourceVersion: string | undefined;
    while (!this.#signal.aborted) {
      try {
        if (resourceVersion === undefined) {
          resourceVersion = await this.#relist();
          onSynced();
        }
        resourceVersion = await this.#follow(resourceVersion);
      } catch {
        // Whatever it was (the server restarts, a reset connection), a later list tells the truth.
        resourceVersion = undefined;
        if (!this.#signal.aborted) await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    const { clock } = this.#api;
    await clock.sleep(retryAfter * clock.speed, this.#signal).catch(() => undefined);
  }

  async #relist(): Promise<string> {
    const { items, resourceVersion } = await this.#api.list(this.#resource);
    const present = new Set(items.map((item) => keyOf(item.metadata)));
    for (const [key, object] of this.#objects) if (!present.has(key)) this.#forget(object);
    for (const item of items) this.observe(item);
    return resourceVersion;
  }

  /** Returns where the next watch goes on; undefined asks for a list. */
  async #follow(from: string): Promise<string | undefined> {
    let resourceVersion = from;
    for await (const line of this.#api.watch(this.#resource, from)) {
      if (line === '') continue;
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      if (type === 'ERROR') return undefined;
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (type === 'DELETED') this.#forget(object);
      else if (type !== 'BOOKMARK') this.observe(object);
    }
    return resourceVersion;
  }
}

export function keyOf(target: { name: string; namespace?: string | undefined }): string {
  return target.namespace === undefined ? target.name : `${target.namespace}/${target.name}`;
}

function versionOf(object: KubernetesObject): number {
  return Number(object.metadata.resourceVersion ?? 0);
}
