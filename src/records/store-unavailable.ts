import { Failure, reason } from '../reasons.ts';
import type { Reason } from '../reasons.ts';

/** Thrown when the tables do not answer as they should: transient, so it is retried; an HTTP request gets its reason. */
export class StoreUnavailable extends Error {
  readonly reason: Reason;

  constructor(problem: string) {
    const unavailable = reason('STORE_UNAVAILABLE', { problem });
    super(unavailable.message);
    this.name = 'StoreUnavailable';
    this.reason = unavailable;
  }
}

/** Statuses of a request that is wrong in itself. */
const refusals: readonly number[] = [400, 413];
/** Statuses of a role that is missing, or not yet known everywhere. */
const denials: readonly number[] = [401, 403];

/** What the SDK throws, as far as it is looked at. */
interface RestError {
  name?: string;
  code?: string;
  statusCode?: number;
  message?: string;
  details?: { odataError?: { code?: string } };
}

/** The table service's own code, for example `EntityAlreadyExists`; else the HTTP status or the network's code. */
export function codeOf(error: unknown): string {
  const { details, statusCode, code, name } = error as RestError;
  return details?.odataError?.code ?? code ?? (statusCode === undefined ? (name ?? 'unknown') : `HTTP ${statusCode}`);
}

/** HTTP status of an answer of the table service; undefined when there was none. */
function statusOf(error: unknown): number | undefined {
  return (error as RestError).statusCode;
}

/**
 * What an unexpected answer of the table service means for its caller. Only the code and the table are told: the
 * SDK's messages hold request and answer.
 */
export function storeError(error: unknown, table: string): Error {
  const problem = `table ${table}: ${codeOf(error)}`;
  const status = statusOf(error) ?? 0;
  if (refusals.includes(status)) return new Failure('permanent', reason('INTERNAL', { problem }));
  if (denials.includes(status)) return new Failure('denied', reason('STORE_UNAVAILABLE', { problem }));
  return new StoreUnavailable(problem);
}
