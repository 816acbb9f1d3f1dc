import { Agent, request } from 'undici';
import type { Clock } from '../../clock.ts';
import { Informer } from './informer.ts';
import type { KubernetesObject } from './objects.ts';
import { type Resource, resourcePath } from './resources.ts';

/** A bearer token, or a client certificate with its key (PEM). */
export interface ActorCredentials {
  token?: string;
  certificate?: string;
  key?: string;
}

export interface ApiClientOptions {
  /** The API server's address, `https://127.0.0.1:6443`. */
  server: string;
  /** PEM of the authority that signed the API server's certificate. */
  ca: string;
  credentials: ActorCredentials;
  clock: Clock;
}

export interface Target {
  name: string;
  namespace?: string | undefined;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  /** The object is deleted only if it is still this one. */
  uid?: string;
}

/** Thrown when the API server refuses; `code` is the HTTP status. */
export class ApiError extends Error {
  readonly code: number;
  constructor(method: string, path: string, code: number, message: string) {
    super(`${method} ${path} was refused with ${code}: ${message}`);
    this.name = 'ApiError';
    this.code = code;
  }
}

/** What actors know of the API server: reads through informers, writes that the informers see at once. */
export class ApiClient {
  readonly clock: Clock;
  readonly #server: string;
  readonly #authorization: Record<string, string>;
  readonly #agent: Agent;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  readonly #closed = new AbortController();

  constructor(options: ApiClientOptions) {
    const { token, certificate, key } = options.credentials;
    this.clock = options.clock;
    this.#server = options.server.replace(/\/$/, '');
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const identity = certificate === undefined || key === undefined ? {} : { cert: certificate, key };
    this.#agent = new Agent({ connect: { ca: options.ca, ...identity }, bodyTimeout: 0, headersTimeout: 0 });
  }

  /** The one informer of this kind; started when it is first asked for. */
  informer<T extends KubernetesObject>(resource: Resource<T>): Informer<T> {
    const key = `${resource.group}/${resource.plural}`;
    const known = this.#informers.get(key);
    if (known !== undefined) return known as unknown as Informer<T>;
    const informer = new Informer<T>(this, resource, this.#closed.signal);
    this.#informers.set(key, informer as unknown as Informer<KubernetesObject>);
    return informer;
  }

  /** Undefined when there is no such object. */
  async get<T extends KubernetesObject>(resource: Resource<T>, target: Target): Promise<T | undefined> {
    try {
      return (await this.#json('GET', resourcePath(resource, target))) as T;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  async list<T extends KubernetesObject>(resource: Resource<T>): Promise<{ items: T[]; resourceVersion: string }> {
    const list = (await this.#json('GET', resourcePath(resource))) as {
      apiVersion: string;
      metadata: { resourceVersion: string };
      items: T[];
    };
    // A list's items carry neither kind nor apiVersion.
    const items = list.items.map((item) => ({ ...item, apiVersion: list.apiVersion, kind: resource.kind }));
    return { items, resourceVersion: list.metadata.resourceVersion };
  }

  /** Yields the lines of a watch until the server ends it. */
  async *watch(resource: Resource<KubernetesObject>, resourceVersion: string): AsyncGenerator<string> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const path = `${resourcePath(resource)}?${query}`;
    const { statusCode, body } = await this.#request('GET', path);
    if (statusCode !== 200) throw new ApiError('GET', path, statusCode, await body.text());
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  async create<T extends KubernetesObject>(resource: Resource<T>, object: T): Promise<T> {
    const path = resourcePath(resource, { namespace: object.metadata.namespace });
    return this.#written(resource, await this.#json('POST', path, object));
  }

  async replace<T extends KubernetesObject>(resource: Resource<T>, object: T): Promise<T> {
    return this.#written(resource, await this.#json('PUT', resourcePath(resource, object.metadata), object));
  }

  /** JSON merge patch (RFC 7396); with `metadata.resourceVersion` in it, a conditional one. */
  async patch<T extends KubernetesObject>(resource: Resource<T>, target: Target, patch: object): Promise<T> {
    return this.#written(resource, await this.#json('PATCH', resourcePath(resource, target), patch));
  }

  async patchStatus<T extends KubernetesObject>(resource: Resource<T>, target: Target, status: object): Promise<T> {
    const path = `${resourcePath(resource, target)}/status`;
    return this.#written(resource, await this.#json('PATCH', path, { status }));
  }

  /** Puts the whole status, conditional on the object's resourceVersion. */
  async replaceStatus<T extends KubernetesObject>(resource: Resource<T>, object: T): Promise<T> {
    const path = `${resourcePath(resource, object.metadata)}/status`;
    return this.#written(resource, await this.#json('PUT', path, object));
  }

  /** Deleting what is already gone is no error. */
  async delete<T extends KubernetesObject>(resource: Resource<T>, target: Target, options: DeleteOptions = {}) {
    const { gracePeriodSeconds, uid } = options;
    const body = {
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    try {
      const answer = (await this.#json('DELETE', resourcePath(resource, target), body)) as T;
      if (answer.metadata.deletionTimestamp !== undefined && gracePeriodSeconds !== 0) this.#written(resource, answer);
    } catch (error) {
      if (!(error instanceof ApiError && (error.code === 404 || (error.code === 409 && uid !== undefined))))
        throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#agent.destroy();
  }

  #written<T extends KubernetesObject>(resource: Resource<T>, answer: unknown): T {
    const object = answer as T;
    this.#informers.get(`${resource.group}/${resource.plural}`)?.observe(object);
    return object;
  }

  #request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return request(`${this.#server}${path}`, {
      method,
      dispatcher: this.#agent,
      signal: this.#closed.signal,
      headers: {
        ...this.#authorization,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async #json(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#request(method, path, body);
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new ApiError(method, path, answer.statusCode, reasonOf(text));
    return JSON.parse(text);
  }
}

function reasonOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
