import type { Journal } from '../durable/hub.ts';

/** Keeps nothing: for tests, and for an app whose runs need not outlive the process. */
export function memoryJournal(): Journal {
  return { recovered: [], append: () => Promise.resolve(), close: () => Promise.resolve() };
}
