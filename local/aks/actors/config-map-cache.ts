import type { ApiClient } from './api-client.ts';
import { later } from './later.ts';
import { configMaps } from './resources.ts';

/**
 * A kubelet's view of ConfigMaps: read when a container first refers to one, then refreshed in steps of
 * `refreshSeconds`. A container gets the copy of the last step, present or absent (kubernetes#30189).
 */
export class ConfigMapCache {
  readonly #api: ApiClient;
  readonly #refreshSeconds: number;
  readonly #signal: AbortSignal;
  readonly #copies = new Map<string, Record<string, string> | undefined>();

  constructor(api: ApiClient, refreshSeconds: number, signal: AbortSignal) {
    this.#api = api;
    this.#refreshSeconds = refreshSeconds;
    this.#signal = signal;
  }

  async read(namespace: string, name: string): Promise<Record<string, string> | undefined> {
    const informer = this.#api.informer(configMaps);
    await informer.synced;
    if (this.#copies.size === 0) this.#refreshLater();
    const key = `${namespace}/${name}`;
    if (!this.#copies.has(key)) this.#copies.set(key, informer.get(name, namespace)?.data);
    return this.#copies.get(key);
  }

  #refreshLater(): void {
    later(this.#api.clock, this.#signal, this.#refreshSeconds * 1000, () => {
      const informer = this.#api.informer(configMaps);
      for (const key of this.#copies.keys()) {
        const [namespace = '', name = ''] = key.split('/');
        this.#copies.set(key, informer.get(name, namespace)?.data);
      }
      this.#refreshLater();
    });
  }
}
