import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../clock.ts';
import type { AuthenticateToken } from './authentication.ts';
import { authenticate } from './authentication.ts';
import type { Authorize } from './authorization.ts';
import { refusal } from './authorization.ts';
import type { Answer, Stream } from './call.ts';
import { json } from './call.ts';
import { answerPath } from './discovery/paths.ts';
import type { Parts } from './dispatch.ts';
import { dispatch } from './dispatch.ts';
import type { Fault, Faults } from './faults.ts';
import { faultBody } from './faults.ts';
import type { RequestEntry, RequestLog } from './request-log.ts';
import type { RequestInfo } from './request-info.ts';
import { requestInfo } from './request-info.ts';
import type { Registry } from './resources/registry.ts';
import { internalError, noSuchResource, StatusError, unauthorized } from './status.ts';
import type { KubernetesVersion } from './version.ts';

export interface HandlerOptions {
  parts: Parts;
  registry: Registry;
  version: KubernetesVersion;
  clock: Clock;
  requests: RequestLog;
  faults: Faults;
  authenticateToken: AuthenticateToken | undefined;
  authorize: Authorize;
}

const longestBody = 3 * 1024 * 1024;
/** A real server compresses longer answers only. */
const shortestCompressed = 128 * 1024;
const compress = promisify(gzip);
const notFoundPage: Answer = { code: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' };

export function createRequestHandler(options: HandlerOptions): RequestListener {
  const { clock, requests, faults } = options;
  const connections = new WeakMap<object, number>();
  let connectionCount = 0;

  function connectionOf(socket: object): number {
    let number = connections.get(socket);
    if (number === undefined) {
      connectionCount += 1;
      number = connectionCount;
      connections.set(socket, number);
    }
    return number;
  }

  function entryFor(request: IncomingMessage, info: RequestInfo, user: string): RequestEntry {
    const { verb, path, group, resource, subresource, namespace, name } = info;
    const connection = connectionOf(request.socket);
    const query = info.query.toString();
    const at = clock.now();
    return {
      user,
      verb,
      path,
      query,
      group,
      resource,
      subresource,
      namespace,
      name,
      code: 0,
      connection,
      at,
      bytes: 0,
    };
  }

  async function answer(request: IncomingMessage, info: RequestInfo, entry: RequestEntry): Promise<Answer | Stream> {
    const user = authenticate(request, options.authenticateToken);
    if (user === undefined) throw unauthorized();
    const refused = refusal(options.authorize, user, info);
    if (refused !== undefined) throw refused;
    if (!info.isResource) {
      const accept = request.headers.accept ?? '';
      return (
        answerPath({ path: info.path, query: info.query, accept }, options.registry, options.version) ?? notFoundPage
      );
    }
    checkAccepted(request.headers.accept);
    const { group, version } = info;
    const resource = options.registry.find(group, version, info.resource);
    if (resource === undefined) {
      const groupServed = options.registry.all().some((row) => row.group === group && row.version === version);
      if (!groupServed) return notFoundPage;
      throw noSuchResource();
    }
    const body = await readBody(request);
    const call = { info, resource, user, headers: request.headers, body, now: clock.now(), version: options.version };
    return dispatch(options.parts, call, (count) => (entry.bytes += count));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    response.setHeader('Date', clock.now().toUTCString());
    response.setHeader('Audit-Id', request.headers['audit-id'] ?? randomUUID());
    response.setHeader('Cache-Control', 'no-cache, private');
    const info = requestInfo(request.method ?? 'GET', request.url ?? '/');
    const user = authenticate(request, options.authenticateToken)?.name ?? 'system:anonymous';
    const entry = entryFor(request, info, user);
    requests.add(entry);
    const fault = faults.next(entry);
    if (fault !== undefined && (await misbehave(fault, response, entry))) return;
    const result = await answer(request, info, entry).catch(failure);
    if ('stream' in result) {
      entry.code = 200;
      await result.stream(response);
      return;
    }
    entry.code = result.code;
    entry.bytes += Buffer.byteLength(result.body);
    await send(request, response, result);
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(`The simulated API server failed on ${request.method} ${request.url}:`, error);
      response.destroy();
    });
  };
}

/** Only JSON is made, in its several forms. */
function checkAccepted(accept: string | undefined): void {
  if (accept === undefined || accept === '' || /application\/(json|\*)|\*\/\*/.test(accept)) return;
  const available = 'application/json, application/json;stream=watch';
  const message = `406: Not Acceptable\n\nAvailable representations: ${available}`;
  throw new StatusError(406, 'NotAcceptable', message, {});
}

function failure(error: unknown): Answer {
  const known = error instanceof StatusError;
  if (!known) console.error('The simulated API server failed on a request:', error);
  const refused = known ? error : internalError(`Internal error occurred: ${String(error)}`);
  return json(refused.code, refused.status, refused.headers);
}

/** True when the fault has answered, or made sure that nobody does. */
async function misbehave(fault: Fault, response: ServerResponse, entry: RequestEntry): Promise<boolean> {
  const { answer } = fault;
  if (answer === 'hang') return true;
  if (answer === 'reset') {
    response.destroy();
    return true;
  }
  if ('delayMs' in answer) {
    await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
    return false;
  }
  const retryAfter = answer.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(answer.retryAfterSeconds) };
  const body = faultBody(answer);
  entry.code = answer.code;
  entry.bytes += Buffer.byteLength(body);
  response.writeHead(answer.code, { 'Content-Type': 'application/json', ...retryAfter }).end(body);
  return true;
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const headers = { 'Content-Type': answer.contentType ?? 'application/json', ...answer.headers };
  const accepted = request.headers['accept-encoding']?.includes('gzip') ?? false;
  if (!accepted || answer.body.length < shortestCompressed) {
    response.writeHead(answer.code, { ...headers, 'Content-Length': Buffer.byteLength(answer.body) }).end(answer.body);
    return;
  }
  const packed = await compress(answer.body, { level: 1 });
  const encoding = { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding', 'Content-Length': packed.length };
  response.writeHead(answer.code, { ...headers, ...encoding }).end(packed);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) {
      const message = `Request entity too large: limit is ${longestBody}`;
      throw new StatusError(413, 'RequestEntityTooLarge', message, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
