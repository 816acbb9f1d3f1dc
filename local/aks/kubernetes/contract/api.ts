import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../objects.ts';

/** An API server that the contract is tried on, simulated or real. */
export interface Target {
  url: string;
  /** PEM. */
  ca: string;
  /** Of a user who may do everything. */
  token: string;
  /** Whether the controllers for garbage and namespaces run. */
  controllers: boolean;
}

export interface Reply {
  code: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Of a JSON body, else empty. */
  body: Body;
}

/** Just enough of the objects' shape for assertions. */
export interface Body extends JsonObject {
  kind: string;
  reason: string;
  message: string;
  metadata: JsonObject & { resourceVersion: string; uid: string; generation: number };
  spec: JsonObject;
  status: JsonObject;
  data: JsonObject;
  details: JsonObject;
  items: Body[];
}

export interface RequestOptions {
  headers?: Record<string, string>;
  contentType?: string;
}

export interface WatchEvent {
  type: string;
  object: Body;
}

export interface ContractApi {
  ask(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Reply>;
  get(path: string): Promise<Reply>;
  create(path: string, body: unknown): Promise<Reply>;
  replace(path: string, body: unknown): Promise<Reply>;
  /** RFC 7396. */
  merge(path: string, body: unknown): Promise<Reply>;
  /** RFC 6902. */
  jsonPatch(path: string, body: unknown): Promise<Reply>;
  strategic(path: string, body: unknown): Promise<Reply>;
  remove(path: string, body?: unknown): Promise<Reply>;
  /** Events as they come; ends when the server ends the watch, or after `until` says so. */
  watch(path: string, until: (event: WatchEvent, count: number) => boolean): Promise<WatchEvent[]>;
  close(): void;
}

const emptyBody = {} as Body;
/** Wall milliseconds: no case needs half of it. */
const patience = 15_000;

export function createContractApi(target: Target): ContractApi {
  const agent = new Agent({ keepAlive: true, ca: target.ca });

  function open(method: string, path: string, body: string, headers: Record<string, string>): Promise<IncomingMessage> {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const own = { authorization: `Bearer ${target.token}`, accept: 'application/json', ...length, ...headers };
    return new Promise((resolve, reject) => {
      const request = httpsRequest(target.url + path, { method, agent, headers: own, timeout: patience }, resolve);
      request.on('timeout', () => request.destroy(new Error(`${method} ${path} had no answer in ${patience} ms`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  async function ask(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Reply> {
    const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const contentType = sent === '' ? {} : { 'content-type': options.contentType ?? 'application/json' };
    const response = await open(method, path, sent, { ...contentType, ...options.headers });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    const { headers, statusCode: code = 0 } = response;
    const isJson = headers['content-type']?.startsWith('application/json') === true && !text.includes('}\n{');
    return { code, headers, text, body: isJson ? (JSON.parse(text) as Body) : emptyBody };
  }

  const patch = (type: string) => (path: string, body: unknown) =>
    ask('PATCH', path, body, { contentType: `application/${type}+json` });

  return {
    ask,
    get: (path) => ask('GET', path),
    create: (path, body) => ask('POST', path, body),
    replace: (path, body) => ask('PUT', path, body),
    merge: patch('merge-patch'),
    jsonPatch: patch('json-patch'),
    strategic: patch('strategic-merge-patch'),
    remove: (path, body) => ask('DELETE', path, body),
    async watch(path, until) {
      const response = await open('GET', path, '', {});
      assert.equal(response.statusCode, 200);
      const events: WatchEvent[] = [];
      for await (const line of createInterface({ input: response })) {
        if (line === '') continue;
        const event = JSON.parse(line) as WatchEvent;
        events.push(event);
        if (until(event, events.length)) break;
      }
      response.destroy();
      return events;
    },
    close: () => agent.destroy(),
  };
}
