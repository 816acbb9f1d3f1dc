import type { Clock } from '../../clock.ts';
import { ApiError } from './api-client.ts';
import { later } from './later.ts';

export interface ReconcilerOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Brings the state of the world a step nearer to what is wanted; called again after every change. */
  reconcile: (key: string) => Promise<void>;
  onError: (error: Error) => void;
}

/** Milliseconds before a refused reconcile is tried again, doubled each time up to the second figure. */
const backOff = { first: 100, longest: 10_000 };

/**
 * A level-based work queue: a key that is asked for while it is worked on is worked on once more, never twice at a time.
 * Lost races are part of life and are tried again in silence; everything else is told, once until it is over.
 */
export function createReconciler(options: ReconcilerOptions): (key: string) => void {
  const { clock, signal, reconcile, onError } = options;
  const active = new Set<string>();
  const again = new Set<string>();
  const failures = new Map<string, { count: number; message: string }>();

  const work = async (key: string) => {
    active.add(key);
    do {
      again.delete(key);
      try {
        await reconcile(key);
        failures.delete(key);
      } catch (error) {
        if (!signal.aborted) fail(key, error as Error);
      }
    } while (again.has(key) && !signal.aborted);
    active.delete(key);
  };

  const fail = (key: string, error: Error) => {
    const before = failures.get(key);
    const count = (before?.count ?? 0) + 1;
    failures.set(key, { count, message: error.message });
    if (!isRaceLost(error) && before?.message !== error.message) onError(error);
    later(clock, signal, Math.min(backOff.longest, backOff.first * 2 ** count), () => trigger(key));
  };

  const trigger = (key: string) => {
    if (signal.aborted) return;
    if (active.has(key)) again.add(key);
    else void work(key);
  };
  return trigger;
}

function isRaceLost(error: Error): boolean {
  return error instanceof ApiError && (error.code === 409 || error.code === 404);
}
