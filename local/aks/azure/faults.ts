import type { RequestEntry } from './server.ts';

/** What goes wrong with the requests that match. */
export interface Fault {
  match: (entry: RequestEntry) => boolean;
  /** `reset`: the connection breaks; `hang`: no answer comes; `delayMs`: wall milliseconds before the usual answer. */
  answer: { code: number; retryAfterSeconds?: number; body?: unknown } | 'reset' | 'hang' | { delayMs: number };
  /** After so many requests the fault is over; without it, it stays. */
  times?: number;
}

export interface Faults {
  /** Returns a function that takes the fault back. */
  add(fault: Fault): () => void;
  clear(): void;
  /** The first fault that matches, counted. */
  next(entry: RequestEntry): Fault | undefined;
}

export function createFaults(): Faults {
  const active = new Map<Fault, number>();
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

const codes: Record<number, string> = {
  401: 'AuthenticationFailed',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

/** The answer of a fault that is one, in ARM's form. */
export function faultAnswer(answer: { code: number; retryAfterSeconds?: number; body?: unknown }) {
  const { code, retryAfterSeconds, body } = answer;
  return {
    status: code,
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
    body: body ?? { error: { code: codes[code] ?? 'InternalServerError', message: 'A fault that was asked for.' } },
  };
}
