import * as z from 'zod';
import { Failure, reason } from '../reasons.ts';
import type { ApiRequest } from './api.ts';

/** Thrown for a 401: the credential is not, or no longer, good; a new one may be. */
export class Unauthenticated extends Error {
  constructor(server: string) {
    super(`${server} did not accept the credential.`);
    this.name = 'Unauthenticated';
  }
}

/** Thrown where no answer came: a name, a route, a certificate or the time. */
export class Unreachable extends Error {
  constructor(server: string, problem: string) {
    super(reason('API_UNREACHABLE', { server, problem }).message);
    this.name = 'Unreachable';
  }
}

/** Asked of a server that says 429 without a time. */
const defaultRetryAfterSeconds = 5;
const longestProblem = 300;

const statusSchema = z.object({ message: z.string() });

/** A 403 that no role changes: it was the content that was refused. */
const refusedByPolicy = /^admission webhook |ValidatingAdmissionPolicy|exceeded quota/;

/** The error of an answer, without its body and headers, which may hold anything. */
export function answerError(
  server: string,
  request: ApiRequest,
  answer: { status: number; text: string; retryAfter: string | undefined },
): Error {
  const { status } = answer;
  const { what } = request;
  const problem = messageOf(answer.text) ?? `status ${status}`;
  if (status === 401) return new Unauthenticated(server);
  if (status === 403 && !refusedByPolicy.test(problem)) {
    return new Failure('denied', reason('ACCESS_PENDING', { what: `${what} on ${server}` }));
  }
  if (status === 429) {
    const asked = Number(answer.retryAfter);
    const seconds = Number.isFinite(asked) && asked > 0 ? Math.ceil(asked) : defaultRetryAfterSeconds;
    return new Failure('throttled', reason('THROTTLED', { server, seconds }), seconds);
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return new Failure('permanent', reason('REQUEST_REFUSED', { server, what, problem }));
  }
  return new Error(`${server} answered ${status} to ${what} (${request.method} ${request.path}).`);
}

/** The error of a request without an answer. What it was caused by may hold headers and is left out. */
export function networkError(error: unknown, server: string, request: ApiRequest, milliseconds: number): Error {
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  const code = timedOut ? `no answer within ${milliseconds / 1000} s` : codeOf(error);
  return new Unreachable(server, `${code} (${request.method} ${request.path})`);
}

/** Status.message, as one short line; undefined where the body is none. */
function messageOf(text: string): string | undefined {
  try {
    const { message } = statusSchema.parse(JSON.parse(text));
    return message.replaceAll(/\s+/g, ' ').trim().slice(0, longestProblem).replace(/\.$/, '') || undefined;
  } catch {
    // A proxy's page says nothing that a reader could use; the status stands for it.
    return undefined;
  }
}

/** The code of the innermost error that has one: fetch says no more than "fetch failed" itself. */
function codeOf(error: unknown): string {
  let code = error instanceof Error ? error.name : 'unknown error';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
  }
  return code;
}
