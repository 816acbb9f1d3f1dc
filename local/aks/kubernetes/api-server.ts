import type { AddressInfo } from 'node:net';
import { createServer } from 'node:https';
import type { Clock } from '../../clock.ts';
import type { AuthenticateToken } from './authentication.ts';
import type { Authorize } from './authorization.ts';
import type { Parts } from './dispatch.ts';
import type { Faults } from './faults.ts';
import { createFaults } from '../faults.ts';
import { collectGarbage } from './garbage-collector.ts';
import { createRequestHandler } from './http.ts';
import { createKindRules } from './kinds/rules.ts';
import { createObjectRemover } from './object-remover.ts';
import { createObjectWriter } from './object-writer.ts';
import { createPodLogs } from './pod-log.ts';
import type { RequestLog } from './request-log.ts';
import { createRequestLog } from './request-log.ts';
import { createRegistry } from './resources/registry.ts';
import { seedSystemObjects } from './seed.ts';
import type { Store } from './store/store.ts';
import { createStore } from './store/store.ts';
import { createLister } from './verbs/read.ts';
import { isAtLeast, parseVersion } from './version.ts';

export interface ApiServerOptions {
  /** Of the `Date` header and all timestamps. */
  clock: Clock;
  /** All three numbers, such as 1.35.4 or 1.20.2: it decides what is served. */
  version: string;
  /** PEM: the server's own pair, and the authority whose client certificates are accepted. */
  tls: { key: string; cert: string; clientCa: string };
  authenticateToken?: AuthenticateToken;
  /** Without it, every authenticated user may do everything. */
  authorize?: Authorize;
  /** 127.0.0.1 unless said. */
  address?: string;
  /** A free port unless said. */
  port?: number;
  /** PEM: who certifies kubelets; needed for logs. */
  kubeletCa?: string;
  /** Events kept for late watches, for each resource; 5,000 unless said. */
  eventsKept?: number;
}

export interface ApiServer {
  readonly url: string;
  /** What is stored, for tests to look at; to write, use the API. */
  readonly store: Store;
  readonly requests: RequestLog;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** Wall milliseconds that an idle connection is kept, as Go's server in kube-apiserver does. */
const keepAlive = 90_000;
const requestsKept = 100_000;

/** Serves the Kubernetes API over HTTPS from memory; resolves when it listens. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { clock, tls, address = '127.0.0.1' } = options;
  const version = parseVersion(options.version);
  const store = createStore(options.eventsKept ?? 5000);
  const registry = createRegistry(store);
  const rulesOf = createKindRules({ clock, mayPreserveUnknownFields: !isAtLeast(version, 22) });
  const writer = createObjectWriter({ store, clock, rulesOf });
  const remover = createObjectRemover(store, clock);
  const requests = createRequestLog(requestsKept);
  const faults: Faults = createFaults();
  const closing = new AbortController();
  const podLogs = createPodLogs(store, options.kubeletCa);
  const parts: Parts = { store, writer, remover, list: createLister(store), podLogs, closing: closing.signal };
  collectGarbage({ store, registry, writer, remover, closing: closing.signal });
  seedSystemObjects(writer, registry);

  const handler = createRequestHandler({
    parts,
    registry,
    version,
    clock,
    requests,
    faults,
    authenticateToken: options.authenticateToken,
    authorize: options.authorize ?? (() => true),
  });
  const server = createServer(
    { key: tls.key, cert: tls.cert, ca: tls.clientCa, requestCert: true, rejectUnauthorized: false },
    handler,
  );
  server.keepAliveTimeout = keepAlive;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${address}:${port}`,
    store,
    requests,
    faults,
    close() {
      closing.abort();
      podLogs.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
