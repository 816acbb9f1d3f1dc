import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { problemOf } from '../api/problem.ts';
import { Failure, reason } from '../reasons.ts';
import { log } from './log.ts';

/** Runs a handler; a `Failure` becomes its problem, anything else a problem that tells nothing of its insides. */
export async function respond(
  request: HttpRequest,
  context: InvocationContext,
  handle: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await handle();
  } catch (error) {
    const instance = new URL(request.url).pathname;
    if (error instanceof Failure) {
      log(context, 'info', 'request refused', { reason: error.reason.code });
      return problem(error.reason, instance, error.retryAfterSeconds);
    }
    const message = error instanceof Error ? error.message.slice(0, 300) : String(error);
    log(context, 'error', 'request failed', { problem: message });
    return problem(reason('INTERNAL', { problem: `see the log of invocation ${context.invocationId}` }), instance);
  }
}

function problem(why: Parameters<typeof problemOf>[0], instance: string, retryAfterSeconds?: number): HttpResponseInit {
  const document = problemOf(why, instance);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return { status: document.status, headers, body: JSON.stringify(document) };
}
