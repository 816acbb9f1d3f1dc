import type { RequestEntry } from './request-log.ts';

export interface FaultAnswer {
  code: number;
  retryAfterSeconds?: number;
  /** Sent as it is; without it, a Status with the reason that belongs to the code. */
  body?: string;
}

/** What goes wrong with the requests that match. */
export interface Fault {
  match: (entry: RequestEntry) => boolean;
  /** `reset`: the connection breaks; `hang`: no answer comes; `delayMs`: wall milliseconds before the usual answer. */
  answer: FaultAnswer | 'reset' | 'hang' | { delayMs: number };
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

const reasons: { [code: number]: [reason: string, message: string] } = {
  400: ['BadRequest', 'the request was refused'],
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden: User cannot do this'],
  404: ['NotFound', 'the server could not find the requested resource'],
  409: [
    'Conflict',
    'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again',
  ],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

export function faultBody(answer: FaultAnswer): string {
  const [reason, message] = reasons[answer.code] ?? [
    '',
    'an error on the server has prevented the request from succeeding',
  ];
  const details = answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds };
  const { code } = answer;
  return (
    answer.body ??
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    })
  );
}
