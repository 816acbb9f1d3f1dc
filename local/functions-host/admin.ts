import { triggerOf } from './app-loader.ts';
import { eventGridInvocation } from './event-grid-webhook.ts';
import { hostVersion } from './functions-core.ts';
import type { RegisteredFunction } from './functions-core.ts';
import type { HostRequest, HostResponse } from './http/messages.ts';
import { jsonResponse, textResponse } from './http/messages.ts';
import type { Invocation, Invoke } from './invocation.ts';
import { timerInvocation } from './timers.ts';

export interface Admin {
  hostId: string;
  functions: ReadonlyMap<string, RegisteredFunction>;
  invoke: Invoke;
}

/** How a function is run by hand, by its trigger; `input` is the text that the caller gave. */
const byHand: Record<string, (registered: RegisteredFunction, input: string) => Invocation> = {
  eventgridtrigger: (registered, input) => eventGridInvocation(registered, JSON.parse(input) as object),
  timertrigger: (registered) => timerInvocation(registered, false),
  activitytrigger: (registered, input) => ({ function: registered, trigger: input === '' ? {} : { string: input } }),
};

/**
 * `GET /admin/host/status`, `GET /admin/functions` and `POST /admin/functions/{name}` with `{"input":"<text>"}`, which
 * runs a function that has no HTTP trigger and answers 202 at once.
 *
 * @param parts the decoded parts of the path after `admin`
 */
export function answerAdmin(admin: Admin, { method, body }: HostRequest, parts: string[]): HostResponse {
  const [area = '', name = ''] = parts.map((part) => part.toLowerCase());
  if (method === 'GET' && area === 'host' && name === 'status') {
    return jsonResponse(200, { id: admin.hostId, state: 'Running', version: hostVersion });
  }
  if (area !== 'functions') return { status: 404 };
  if (method === 'GET' && name === '') return jsonResponse(200, [...admin.functions.values()].map(describe));
  const registered = method === 'POST' ? admin.functions.get(name) : undefined;
  if (registered === undefined) return { status: 404 };
  const input = readInput(body);
  if (input === undefined) return textResponse(400, 'The body must be {"input":"<text>"}.');
  const { type } = triggerOf(registered);
  const toInvocation = byHand[type];
  if (toInvocation === undefined) return textResponse(400, `A function with a ${type} is not run by hand here.`);
  return runByHand(admin, toInvocation, registered, input);
}

function runByHand(
  { invoke }: Admin,
  toInvocation: (registered: RegisteredFunction, input: string) => Invocation,
  registered: RegisteredFunction,
  input: string,
): HostResponse {
  let invocation: Invocation;
  try {
    invocation = toInvocation(registered, input);
  } catch (error) {
    return textResponse(400, `The input does not fit "${registered.metadata.name}": ${String(error)}`);
  }
  // The invoker logs a failure; the caller has gone by then.
  invoke(invocation).catch(() => {});
  return { status: 202 };
}

function readInput(body: Buffer): string | undefined {
  try {
    const { input = '' } = JSON.parse(body.toString('utf8')) as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}

function describe(registered: RegisteredFunction) {
  return { name: registered.metadata.name, trigger: triggerOf(registered).type };
}
