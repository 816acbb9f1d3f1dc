import { Failure, reason } from '../reasons.ts';
import type { ClusterName } from './resource-manager.ts';

/** What an error of the SDK says, whichever of its classes it is. */
interface ArmProblem {
  status: number | undefined;
  code: string | undefined;
  message: string;
  retryAfter: string | undefined;
}

const server = 'Azure Resource Manager';
const defaultRetryAfterSeconds = 10;
const longestProblem = 300;

/** The error of a call, without its request, headers and body, which may hold a credential. */
export function armError(error: unknown, what: string, cluster: ClusterName | undefined): Error {
  const { status, code, message, retryAfter } = problemOf(error);
  if (status === 404 && cluster) {
    const { subscriptionId, resourceGroup, name } = cluster;
    return new Failure(
      'permanent',
      reason('CLUSTER_NOT_FOUND', { cluster: `${subscriptionId}/${resourceGroup}/${name}` }),
    );
  }
  if (status === 403) return new Failure('denied', reason('ACCESS_PENDING', { what: `${what} in Azure` }));
  if (status === 429) {
    const asked = Number(retryAfter);
    const seconds = Number.isFinite(asked) && asked > 0 ? Math.ceil(asked) : defaultRetryAfterSeconds;
    return new Failure('throttled', reason('THROTTLED', { server, seconds }), seconds);
  }
  if ((status === 409 && code === 'ScopeLocked') || (status !== undefined && isFinal(status))) {
    const problem = `${code ?? status}: ${message}`.slice(0, longestProblem).replace(/\.$/, '');
    return new Failure('permanent', reason('REQUEST_REFUSED', { server, what, problem }));
  }
  if (status !== undefined) return new Error(`${server} answered ${status}${code ? ` (${code})` : ''} to ${what}.`);
  return new Error(reason('API_UNREACHABLE', { server, problem: `${code ?? 'no answer'} (${what})` }).message);
}

/** 401 may be a token that has just ended, 408 and 409 a moment; the other 4xx say the same each time. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 409].includes(status);
}

function problemOf(error: unknown): ArmProblem {
  if (!(error instanceof Error)) return { status: undefined, code: undefined, message: '', retryAfter: undefined };
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    // An error of the sign-in carries a status of its own, which is not Resource Manager's.
    status: error.name === 'RestError' ? status : undefined,
    code: code ?? (error.name === 'Error' ? undefined : error.name),
    message: error.message.replaceAll(/\s+/g, ' ').trim(),
    retryAfter: retryAfterOf(error),
  };
}

function retryAfterOf(error: Error): string | undefined {
  if (!('response' in error) || typeof error.response !== 'object' || error.response === null) return undefined;
  const { response } = error;
  if (!('headers' in response) || typeof response.headers !== 'object' || response.headers === null) return undefined;
  const { headers } = response;
  if ('get' in headers && typeof headers.get === 'function') {
    const value: unknown = headers.get('retry-after');
    return typeof value === 'string' ? value : undefined;
  }
  return undefined;
}
