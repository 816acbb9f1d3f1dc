import type { Clock } from '../../clock.ts';
import type { KeyPair } from './certificates.ts';

export interface ActorsOptions {
  clock: Clock;
  /** URL of the Kubernetes API. */
  server: string;
  /** PEM. */
  authority: string;
  credentials: KeyPair;
  kubeletTls: KeyPair;
  profile: 'e4' | 'e1';
  nodes: number;
}

export interface ClusterActors {
  /** Resolves when Calico is up on all nodes. */
  healthy: Promise<void>;
  /** calico-node's pods that were replaced so far. */
  podsReplaced(): number;
  stop(): Promise<void>;
}

export async function startActors(_options: ActorsOptions): Promise<ClusterActors> {
  return { healthy: Promise.resolve(), podsReplaced: () => 0, stop: async () => {} };
}
