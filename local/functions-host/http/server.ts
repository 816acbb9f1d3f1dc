import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.ts';
import { textResponse } from './messages.ts';
import type { HostRequest, HostResponse, HttpHandler } from './messages.ts';

export interface HttpServer {
  port: number;
  /** Until it is called, every request is answered 503. */
  serve(handler: HttpHandler): void;
  /** Takes no request any more, gives those under way `grace` milliseconds, then cuts them off. */
  close(grace: number): Promise<void>;
}

/** The limit of Azure's host. */
const bodyLimit = 100 * 1024 * 1024;

/** Wall milliseconds; longer than the clients of a Functions app keep an idle connection. */
const keepAlive = 120_000;

export async function listen(port: number, address: string, log: Log): Promise<HttpServer> {
  let handler: HttpHandler = () => textResponse(503, 'The host is starting.');
  const server = createServer((request, response) => {
    answer(request, response, (received) => handler(received)).catch((error: unknown) => {
      log('error', `${request.method} ${request.url}: ${String(error)}`);
      // A client that broke off gets nothing; a mistake of the host is a 500, as of any server.
      if (request.destroyed && !request.complete) response.destroy();
      else if (!response.headersSent) send(response, { status: 500 });
      else response.destroy();
    });
  });
  // Node's 5 s race with clients that keep a connection for a few seconds: one closes it as the other uses it.
  server.keepAliveTimeout = keepAlive;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, address)));
    server.listen(port, address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve(next) {
      handler = next;
    },
    async close(grace) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(cut);
    },
  };
}

function listenError(error: NodeJS.ErrnoException, port: number, address: string): Error {
  const remedies: Record<string, string> = {
    EADDRINUSE: 'Another program listens there: choose another one with --port, or --port 0 for any free one.',
    EACCES: 'This user may not listen there: choose a port above 1023.',
    EADDRNOTAVAIL: 'This machine does not have that address.',
  };
  const remedy = remedies[error.code ?? ''] ?? error.message;
  return new Error(`The host cannot listen on ${address}, port ${port}. ${remedy}`, { cause: error });
}

async function answer(request: IncomingMessage, response: ServerResponse, handler: HttpHandler): Promise<void> {
  const body = await readBody(request);
  const received = body === undefined ? undefined : toHostRequest(request, body);
  const reply =
    body === undefined
      ? textResponse(413, 'The body is larger than 100 MB.')
      : received === undefined
        ? textResponse(400, 'The address or the Host header is malformed.')
        : await handler(received);
  send(response, reply);
}

/** Undefined when the body is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toHostRequest(request: IncomingMessage, body: Buffer): HostRequest | undefined {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const address = `${base}${request.url ?? '/'}`;
  if (!URL.canParse(address)) return undefined;
  const headers = Object.entries(request.headersDistinct).map(([name, values]) => {
    return [name, (values ?? []).join(name === 'cookie' ? '; ' : ', ')] as const;
  });
  return { method: request.method ?? 'GET', url: new URL(address), headers: Object.fromEntries(headers), body };
}

function send(response: ServerResponse, { status, headers = {}, cookies = [], body }: HostResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  if (status === 413) response.setHeader('connection', 'close');
  response.end(body);
}
