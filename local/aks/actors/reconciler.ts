import type { Clock } from '../../clock.ts';
import { ApiError } from './api-client.ts';

export interface ReconcilerOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Brings the state of the world a step nearer to what is wanted; called again after every change. */
  reconcile: (key: string) => Promise<void>;
  onError: (error: Error) => void;
}

/** Milliseconds of cluster time after which a refused reconcile is tried again. */
const retryAfter = 200;

/**
 * A level-based work queue: a key that is asked for while it is worked on is worked on once more, never twice at a time.
 * Conflicts and vanished objects are part of life and are tried again in silence; everything else is told first.
 */
export function createReconciler(options: ReconcilerOptions): (key: string) => void {
  const { clock, signal, reconcile, onError } = options;
  const active = new Set<string>();
  const again = new Set<string>();

  const work = async (key: string) => {
    active.add(key);
    do {
      again.delete(key);
      try {
        await reconcile(key);
      } catch (error) {
        if (signal.aborted) break;
        if (!isRaceLost(error)) onError(error as Error);
        clock.after(retryAfter, () => trigger(key));
      }
    } while (again.has(key) && !signal.aborted);
    active.delete(key);
  };

  const trigger = (key: string) => {
    if (signal.aborted) return;
    if (active.has(key)) again.add(key);
    else void work(key);
  };
  return trigger;
}

function isRaceLost(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 409 || error.code === 404);
}
