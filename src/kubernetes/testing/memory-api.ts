import type { Json, JsonObject } from '../../procedure/facts.ts';
import type { Api, ApiAnswer, ApiRequest } from '../api.ts';
import { isJsonObject, valueAt } from '../json.ts';

/** An API server's behaviour on a few objects: versions, conditional writes, preconditions, and nothing else. */
export interface MemoryApi extends Api {
  objects: Map<string, JsonObject>;
  requests: ApiRequest[];
  /** Called before each request is served: what somebody else does meanwhile. */
  meanwhile: (request: ApiRequest) => void;
  /** What the server makes of an object that it stores; the object itself by default. */
  admit: (object: JsonObject) => JsonObject;
  /** Stores an object as somebody else would, with a new version. */
  put(path: string, object: JsonObject): void;
  writes(): number;
}

export const serverTime = '2026-11-23T10:00:30.000Z';

export function memoryApi(initial: Record<string, JsonObject> = {}): MemoryApi {
  let version = 0;
  const api: MemoryApi = {
    server: 'cluster.test:443',
    endpoint: { host: 'cluster.test', port: 443 },
    objects: new Map(),
    requests: [],
    meanwhile: () => {},
    admit: (object) => object,
    put(path, object) {
      version += 1;
      const { uid = `uid-${version}`, creationTimestamp = '2026-11-23T10:00:30Z' } = metadataOf(object);
      const metadata = { ...metadataOf(object), uid, creationTimestamp, resourceVersion: String(version) };
      api.objects.set(path, api.admit({ ...object, metadata }));
    },
    writes: () => api.requests.filter(({ method }) => method !== 'GET').length,
    async send(request) {
      api.requests.push(request);
      api.meanwhile(request);
      return serve(api, request);
    },
    close: async () => {},
  };
  for (const [path, object] of Object.entries(initial)) api.put(path, object);
  return api;
}

function serve(api: MemoryApi, { method, path, body }: ApiRequest): ApiAnswer {
  const sent = isJsonObject(body) ? body : {};
  const found = api.objects.get(path);
  if (method === 'POST') return create(api, path, sent);
  if (!found) return method === 'GET' && isCollection(api, path) ? list(api, path) : answer(404);
  if (method === 'GET') return answer(200, found);
  const metadata = metadataOf(found);
  if (method === 'PATCH') {
    if (metadataOf(sent)['resourceVersion'] !== metadata['resourceVersion']) return answer(409);
    api.put(path, mergePatch(found, sent));
    return answer(200, api.objects.get(path));
  }
  const preconditions = Object.entries(isJsonObject(sent['preconditions']) ? sent['preconditions'] : {});
  if (preconditions.some(([key, value]) => metadata[key] !== value)) return answer(409);
  api.objects.delete(path);
  return answer(200);
}

function create(api: MemoryApi, collection: string, object: JsonObject): ApiAnswer {
  const { name } = metadataOf(object);
  const path = `${collection}/${typeof name === 'string' ? name : ''}`;
  if (api.objects.has(path)) return answer(409);
  api.put(path, object);
  return answer(201, api.objects.get(path));
}

function isCollection(api: MemoryApi, path: string): boolean {
  return [...api.objects.keys()].some((key) => key.startsWith(`${path}/`));
}

function list(api: MemoryApi, path: string): ApiAnswer {
  const items = [...api.objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object);
  return answer(200, { items });
}

function metadataOf(object: JsonObject): JsonObject {
  const metadata = valueAt(object, ['metadata']);
  return isJsonObject(metadata) ? metadata : {};
}

/** RFC 7396, straight from its text. */
function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isJsonObject(value) ? mergePatch(result[key], value) : value;
  }
  return result;
}

function answer(status: number, body: JsonObject = {}): ApiAnswer {
  return { status, at: serverTime, text: JSON.stringify(body) };
}
