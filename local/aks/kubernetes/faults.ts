import type * as shared from '../faults.ts';
import type { RequestEntry } from './request-log.ts';

/** `body` is sent as it is; without it, a Status with the reason that belongs to the code. */
export type FaultAnswer = shared.FaultAnswer<string>;
export type Fault = shared.Fault<RequestEntry, string>;
export type Faults = shared.Faults<RequestEntry, string>;

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
