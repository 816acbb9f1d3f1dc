import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { problemResponse } from '../api/problem.ts';
import { Failure, reason } from '../reasons.ts';
import { StoreUnavailable } from '../records/store-unavailable.ts';
import { log } from './log.ts';

/** Runs a handler; a `Failure` becomes its problem, anything else a problem that tells nothing of its insides. */
export async function respond(
  request: HttpRequest,
  context: InvocationContext,
  handle: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  const instance = new URL(request.url).pathname;
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Failure) {
      log(context, 'info', 'request refused', { reason: error.reason.code });
      return problemResponse(error.reason, { instance });
    }
    if (error instanceof StoreUnavailable) {
      log(context, 'error', 'the records cannot be reached', { problem: error.message });
      return problemResponse(error.reason, { instance });
    }
    const message = error instanceof Error ? error.message.slice(0, 300) : String(error);
    log(context, 'error', 'request failed', { problem: message });
    const why = reason('INTERNAL', { problem: `see the log of invocation ${context.invocationId}` });
    return problemResponse(why, { instance });
  }
}
