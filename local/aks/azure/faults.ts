import type * as shared from '../faults.ts';
import type { RequestEntry } from './server.ts';

export type Fault = shared.Fault<RequestEntry, unknown>;
export type Faults = shared.Faults<RequestEntry, unknown>;

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
