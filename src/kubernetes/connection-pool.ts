import { Failure, reason } from '../reasons.ts';
import { Unauthenticated, Unreachable } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import type { ConnectedCluster } from './connect.ts';

/** A connection and when it has to be made anew, in the milliseconds of the cache's clock. */
export interface Opened {
  cluster: ConnectedCluster;
  expiresAt: number;
}

/** Connections in memory, each shared by everybody who works on its cluster. */
export interface ConnectionPool {
  /** Work on the connection of `key`, opened when there is none; after a 401 opened anew and the work done again, once. */
  use<T>(key: string, open: () => Promise<Opened>, work: (cluster: Cluster) => Promise<T>): Promise<T>;
  /** Closes every connection, each when its work is done. */
  close(): Promise<void>;
}

interface Entry {
  cluster: Promise<ConnectedCluster>;
  expiresAt: number;
  users: number;
  retired: boolean;
}

export function createConnectionPool(now: () => number): ConnectionPool {
  const entries = new Map<string, Entry>();

  async function acquire(key: string, open: () => Promise<Opened>): Promise<Entry> {
    for (const [other, entry] of entries) {
      if (entry.expiresAt <= now()) await retire(other, entry);
    }
    const entry = entries.get(key) ?? opening(open);
    entries.set(key, entry);
    entry.users += 1;
    return entry;
  }

  /** Takes the entry out; whoever is the last to work on it closes it. */
  async function retire(key: string, entry: Entry): Promise<void> {
    if (entries.get(key) === entry) entries.delete(key);
    if (entry.retired) return;
    entry.retired = true;
    if (entry.users === 0) await closeEntry(entry);
  }

  async function release(entry: Entry): Promise<void> {
    entry.users -= 1;
    if (entry.retired && entry.users === 0) await closeEntry(entry);
  }

  async function use<T>(key: string, open: () => Promise<Opened>, work: (cluster: Cluster) => Promise<T>): Promise<T> {
    for (let again = false; ; again = true) {
      const entry = await acquire(key, open);
      try {
        return await work(await opened(key, entry));
      } catch (error) {
        const rejected = error instanceof Unauthenticated;
        // Certificates and addresses change too: the next try starts from a new kubeconfig.
        if (rejected || error instanceof Unreachable) await retire(key, entry);
        if (rejected && again) throw new Failure('denied', reason('ACCESS_PENDING', { what: error.message }));
        if (!rejected) throw error;
      } finally {
        await release(entry);
      }
    }
  }

  /** A connection that could not be opened is not kept. */
  async function opened(key: string, entry: Entry): Promise<ConnectedCluster> {
    try {
      return await entry.cluster;
    } catch (error) {
      if (entries.get(key) === entry) entries.delete(key);
      throw error;
    }
  }

  return {
    use,
    async close() {
      await Promise.all([...entries].map(([key, entry]) => retire(key, entry)));
    },
  };
}

function opening(open: () => Promise<Opened>): Entry {
  const entry: Entry = { cluster: connected(), expiresAt: Infinity, users: 0, retired: false };
  async function connected() {
    const { cluster, expiresAt } = await open();
    entry.expiresAt = expiresAt;
    return cluster;
  }
  return entry;
}

async function closeEntry(entry: Entry): Promise<void> {
  const cluster = await entry.cluster.catch(() => undefined);
  await cluster?.close();
}
