import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { KeyPair } from './certificates.ts';
import { createFaults } from '../faults.ts';
import { faultAnswer } from './faults.ts';
import type { Faults } from './faults.ts';

export interface ServerRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ServerAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON; nothing is sent when it is undefined. */
  body?: unknown;
  /** Who asked, for the request's entry. */
  caller?: string | undefined;
}

/** One request as the server saw it, for counting. Carries no header, query or body: none of those may leak. */
export interface RequestEntry {
  method: string;
  path: string;
  /** The answer's status; 0 while it is not answered, and for ever when the connection was cut. */
  status: number;
  /** Simulated time. */
  at: Date;
  /** Requests over one connection have the same number. */
  connection: number;
  /** The object id of the identity that asked, where it is known. */
  caller?: string;
}

export interface Server {
  url: string;
  port: number;
  requests: RequestEntry[];
  faults: Faults;
  close(): Promise<void>;
}

export interface ServerOptions {
  clock: Clock;
  /** Without it, plain HTTP. */
  tls?: KeyPair;
  /** 0, the default, takes a free one. */
  port?: number;
  /** The name in `url`. */
  hostname?: string;
  /** Bytes of a request's body; 4 MiB, as ARM has it. */
  bodyLimit?: number;
  handle(request: ServerRequest): Promise<ServerAnswer>;
}

/** Entries that are kept; the oldest half goes when there are more. */
const longestLog = 20_000;

/** A small JSON server on loopback: counts, disturbs on demand, and tells the Clock's time in `Date`. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const requests: RequestEntry[] = [];
  const faults: Faults = createFaults();
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = options.tls ? createHttpsServer({ ...options.tls }, listener) : createHttpServer(listener);
  server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connectionCount += 1;
    connections.set(socket, connectionCount);
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${options.port} is taken by another program: choose another one, or 0 for any free port.`);
  });
  const { port } = server.address() as AddressInfo;
  const url = `${options.tls ? 'https' : 'http'}://${options.hostname ?? 'localhost'}:${port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', url);
    const method = request.method ?? 'GET';
    const connection = connections.get(request.socket) ?? 0;
    const entry: RequestEntry = { method, path: target.pathname, status: 0, at: options.clock.now(), connection };
    requests.push(entry);
    if (requests.length > longestLog) requests.splice(0, longestLog / 2);
    response.sendDate = false;
    response.setHeader('Date', options.clock.now().toUTCString());

    const body = await readBody(request, options.bodyLimit ?? 4 * 1024 * 1024);
    const answer =
      (await disturbed(entry, request)) ??
      (body
        ? await options.handle({ method, url: target, headers: request.headers, body })
        : {
            status: 413,
            body: { error: { code: 'RequestEntityTooLarge', message: 'The request body is too large.' } },
          });
    if (answer === 'unanswered') return;
    entry.status = answer.status;
    if (answer.caller) entry.caller = answer.caller;
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    if (answer.body === undefined) return void response.end();
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(answer.body));
  }

  async function disturbed(
    entry: RequestEntry,
    request: IncomingMessage,
  ): Promise<ServerAnswer | 'unanswered' | undefined> {
    const fault = faults.next(entry);
    if (!fault) return undefined;
    const { answer } = fault;
    if (answer === 'hang') return 'unanswered';
    if (answer === 'reset') {
      request.socket.destroy();
      return 'unanswered';
    }
    if ('code' in answer) return faultAnswer(answer);
    await setTimeout(answer.delayMs);
    return undefined;
  }

  return {
    url,
    port,
    requests,
    faults,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}
