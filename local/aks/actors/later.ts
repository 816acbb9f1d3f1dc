import type { Clock } from '../../clock.ts';

/** Calls back after `milliseconds` of cluster time unless the signal ends first; the returned function takes it back. */
export function later(clock: Clock, signal: AbortSignal, milliseconds: number, callback: () => void): () => void {
  if (signal.aborted) return () => undefined;
  const cancel = clock.after(milliseconds, () => {
    signal.removeEventListener('abort', cancel);
    callback();
  });
  signal.addEventListener('abort', cancel, { once: true });
  return () => {
    signal.removeEventListener('abort', cancel);
    cancel();
  };
}
