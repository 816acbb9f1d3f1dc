export interface FaultAnswer<Body> {
  code: number;
  retryAfterSeconds?: number;
  body?: Body;
}

/** What goes wrong with the requests that match. */
export interface Fault<Entry, Body> {
  match: (entry: Entry) => boolean;
  /** `reset`: the connection breaks; `hang`: no answer comes; `delayMs`: wall milliseconds before the usual answer. */
  answer: FaultAnswer<Body> | 'reset' | 'hang' | { delayMs: number };
  /** After so many requests the fault is over; without it, it stays. */
  times?: number;
}

/** The faults that are switched on at one of the simulated servers. */
export interface Faults<Entry, Body> {
  /** Returns a function that takes the fault back. */
  add(fault: Fault<Entry, Body>): () => void;
  clear(): void;
  /** The first fault that matches, counted. */
  next(entry: Entry): Fault<Entry, Body> | undefined;
}

export function createFaults<Entry, Body>(): Faults<Entry, Body> {
  const active = new Map<Fault<Entry, Body>, number>();
  return {
    add(fault) {
      active.set(fault, fault.times ?? Infinity);
      return () => void active.delete(fault);
    },
    clear: () => active.clear(),
    next(entry) {
      for (const [fault, left] of active) {
        if (!fault.match(entry)) continue;
        if (left <= 1) active.delete(fault);
        else active.set(fault, left - 1);
        return fault;
      }
      return undefined;
    },
  };
}
