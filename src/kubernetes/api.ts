import { createConfiguration, type RequestContext, ServerConfiguration } from '@kubernetes/client-node';
import { Agent } from 'undici';
import type { Json } from '../procedure/facts.ts';
import { answerError, networkError } from './api-error.ts';
import type { ClusterAccess } from './cluster.ts';

/** One request to a cluster's API. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Query parameters; undefined ones are left out. */
  query?: Record<string, string | undefined>;
  body?: Json;
  accept?: string;
  /** What it does, for messages: `read nodes`. */
  what: string;
}

/** An answer that the caller has to look at: 2xx, 404 or 409. */
export interface ApiAnswer {
  status: number;
  /** The server's clock, ISO 8601, from its Date header. */
  at: string;
  text: string;
}

/** A connection to one cluster's API. */
export interface Api {
  /** Host and port, as messages name the server. */
  server: string;
  endpoint: { host: string; port: number };
  /** Throws `Unauthenticated` for 401, `Failure` for what another try does not change, else a transient error. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Lets requests under way finish, then closes the sockets. */
  close(): Promise<void>;
}

export interface ApiOptions {
  /** How long one request may take; 30,000 by default. */
  timeoutMilliseconds?: number;
}

/** Two connections that outlive the pauses between polls, shared by all requests (azure.md g2). */
const agentOptions = { connections: 2, allowH2: false, keepAliveTimeout: 120_000, keepAliveMaxTimeout: 600_000 };

export function connectApi(access: ClusterAccess, options: ApiOptions = {}): Api {
  const { timeoutMilliseconds = 30_000 } = options;
  const url = new URL(access.server);
  const { credential } = access;
  const agent = new Agent({
    ...agentOptions,
    connect: {
      timeout: Math.min(10_000, timeoutMilliseconds),
      ...(access.certificateAuthority === undefined ? {} : { ca: access.certificateAuthority }),
      ...(credential.kind === 'certificate' ? { cert: credential.certificate, key: credential.key } : {}),
    },
  });
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(access.server.replace(/\/+$/, ''), {}),
  });

  async function send(request: ApiRequest): Promise<ApiAnswer> {
    const context = configuration.baseServer.makeRequestContext(request.path, request.method);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    context.setHeaderParam('Accept', request.accept ?? 'application/json');
    context.setHeaderParam('User-Agent', 'aks-ebpf-autopilot');
    if (credential.kind === 'token') context.setHeaderParam('Authorization', `Bearer ${credential.token}`);
    if (request.body !== undefined) {
      const type = request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      context.setHeaderParam('Content-Type', type);
      context.setBody(JSON.stringify(request.body));
    }
    context.setDispatcher(agent);
    context.setSignal(AbortSignal.timeout(timeoutMilliseconds));
    const answer = await receive(context, request);
    const { status, at, text } = answer;
    if (status >= 300 && status !== 404 && status !== 409) throw answerError(url.host, request, answer);
    if (at === undefined) throw new Error(`${url.host} answers without a Date header, the clock that a run goes by.`);
    return { status, at, text };
  }

  async function receive(context: RequestContext, request: ApiRequest) {
    try {
      const { httpStatusCode, headers, body } = await configuration.httpApi.send(context).toPromise();
      const text = await body.text();
      return { status: httpStatusCode, at: clockOf(headers.date), text, retryAfter: headers['retry-after'] };
    } catch (error) {
      throw networkError(error, url.host, request, timeoutMilliseconds);
    }
  }

  return {
    server: url.host,
    endpoint: { host: url.hostname, port: Number(url.port || 443) },
    send,
    async close() {
      if (!agent.closed && !agent.destroyed) await agent.close();
    },
  };
}

function clockOf(date: string | undefined): string | undefined {
  const milliseconds = Date.parse(date ?? '');
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}
