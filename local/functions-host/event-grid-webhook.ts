import { triggerOf } from './app-loader.ts';
import type { RegisteredFunction } from './functions-core.ts';
import type { HostRequest, HostResponse } from './http/messages.ts';
import { jsonResponse, textResponse } from './http/messages.ts';
import type { Invoke, Invocation } from './invocation.ts';

/** Where CloudEvents' handshake may come from. */
const allowedOrigins = new Set([
  'eventgrid.azure.net',
  'eventgrid.azure.us',
  'eventgrid.azure.eaglex.ic.gov',
  'eventgrid.azure.microsoft.scloud',
  'eventgrid.azure.cn',
]);

interface Event {
  data?: unknown;
}

/** `/runtime/webhooks/EventGrid?functionName=`: what an Event Grid subscription of a function app calls (3.5). */
export async function answerEventGrid(
  request: HostRequest,
  functions: ReadonlyMap<string, RegisteredFunction>,
  invoke: Invoke,
): Promise<HostResponse> {
  const name = request.url.searchParams.get('functionName') ?? '';
  const receiver = functions.get(name.toLowerCase());
  if (receiver === undefined || triggerOf(receiver).type !== 'eventgridtrigger') {
    return textResponse(404, `cannot find function: '${name}'`);
  }
  if (request.method === 'OPTIONS') return answerHandshake(request);
  switch ((request.headers['aeg-event-type'] ?? '').toLowerCase()) {
    case 'subscriptionvalidation':
      return withJson(request, answerValidation);
    case 'notification':
      return withJson(request, (body) => deliver(body, receiver, invoke));
    case 'unsubscribe':
      return { status: 202 };
    default:
      return { status: 400 };
  }
}

function answerHandshake({ headers }: HostRequest): HostResponse {
  const origin = headers['webhook-request-origin'] ?? '';
  const allowed = allowedOrigins.has(origin) ? origin : 'eventgrid.azure.net';
  return { status: 200, headers: { 'Webhook-Allowed-Origin': allowed } };
}

async function withJson(
  { body }: HostRequest,
  answer: (body: unknown) => HostResponse | Promise<HostResponse>,
): Promise<HostResponse> {
  const parsed = parseJson(body.toString('utf8'));
  return parsed === undefined ? textResponse(400, 'The body is not JSON.') : answer(parsed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Event Grid's schema has the code in the first event's data; CloudEvents has the data as text. */
function answerValidation(body: unknown): HostResponse {
  const [event] = (Array.isArray(body) ? body : [body]) as (Event | null | undefined)[];
  const data = typeof event?.data === 'string' ? parseJson(event.data) : event?.data;
  const { validationCode } = (data ?? {}) as { validationCode?: string };
  if (validationCode === undefined) return textResponse(400, 'The body has no data.validationCode.');
  return jsonResponse(200, { validationResponse: validationCode });
}

async function deliver(body: unknown, receiver: RegisteredFunction, invoke: Invoke): Promise<HostResponse> {
  const events = (Array.isArray(body) ? body : [body]) as (Event | null)[];
  const outcomes = await Promise.allSettled(events.map((event) => invoke(eventGridInvocation(receiver, event))));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return { status: 202 };
  return textResponse(500, (failure.reason as Error).message);
}

export function eventGridInvocation(receiver: RegisteredFunction, event: Event | null): Invocation {
  return {
    function: receiver,
    trigger: { string: JSON.stringify(event) },
    triggerMetadata: { data: { json: JSON.stringify(event?.data ?? null) } },
  };
}
