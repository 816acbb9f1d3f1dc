import { createServer, type ServerOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { ContainerLog, LogLine } from './container-log.ts';

/** The certificate with which the kubelets serve, PEM. */
export interface KubeletTls {
  key: string;
  cert: string;
}

export interface LogTarget {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
}

export interface KubeletServerOptions {
  tls: KubeletTls;
  clock: Clock;
  /** The log, `unreachable` on a node that does not answer, or undefined for what is not there. */
  findLog: (target: LogTarget) => ContainerLog | 'unreachable' | undefined;
}

export interface KubeletServer {
  port: number;
  close(): Promise<void>;
}

/** Serves `GET /containerLogs/{namespace}/{pod}/{container}`, as the API server asks a kubelet for logs. */
export async function startKubeletServer(options: KubeletServerOptions): Promise<KubeletServer> {
  const tls: ServerOptions = { key: options.tls.key, cert: options.tls.cert };
  const server = createServer(tls, (request, response) => answer(options, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(options: KubeletServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://kubelet');
  const [route, namespace, pod, container] = url.pathname.split('/').slice(1);
  if (route !== 'containerLogs' || namespace === undefined || pod === undefined || container === undefined) {
    response.writeHead(404).end('404 page not found\n');
    return;
  }
  const previous = url.searchParams.get('previous') === 'true';
  const log = options.findLog({ namespace, pod, container, previous });
  if (log === 'unreachable') {
    request.socket.destroy();
    return;
  }
  if (log === undefined) {
    response.writeHead(404).end(`container "${container}" in pod "${pod}" is not available\n`);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  const lines = selectLines(log, url.searchParams, options.clock.now());
  response.write(formatLines(lines, url.searchParams));
  if (url.searchParams.get('follow') === 'true') follow(log, options.clock, url.searchParams, response);
  else response.end();
}

function selectLines(log: ContainerLog, query: URLSearchParams, now: Date): LogLine[] {
  const sinceTime = query.get('sinceTime');
  const sinceSeconds = query.get('sinceSeconds');
  const since = sinceTime === null ? now.getTime() - Number(sinceSeconds ?? Infinity) * 1000 : Date.parse(sinceTime);
  const lines = log.read(since);
  const tail = query.get('tailLines');
  return tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail)));
}

function formatLines(lines: LogLine[], query: URLSearchParams): string | Buffer {
  const hasTimestamps = query.get('timestamps') === 'true';
  const stamp = ({ at }: LogLine) => (hasTimestamps ? `${new Date(at).toISOString().replace('Z', '000000Z')} ` : '');
  const text = lines.map((line) => `${stamp(line)}${line.text}\n`).join('');
  const limit = query.get('limitBytes');
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit));
}

/** Milliseconds of cluster time between two looks at a log that is followed. */
const followEvery = 500;

function follow(log: ContainerLog, clock: Clock, query: URLSearchParams, response: ServerResponse): void {
  let from = clock.now().getTime() + 1;
  let cancel = clock.after(followEvery, look);
  response.on('close', () => cancel());
  function look(): void {
    const lines = log.read(from);
    from = clock.now().getTime() + 1;
    if (lines.length > 0) response.write(formatLines(lines, query));
    cancel = clock.after(followEvery, look);
  }
}
