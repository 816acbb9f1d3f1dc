/** What a request asks for, as the API server reads it from method and URL (request attributes). */
export interface RequestInfo {
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  verb: string;
  path: string;
  query: URLSearchParams;
  isResource: boolean;
  group: string;
  version: string;
  namespace: string;
  /** The plural name, empty on paths that are no resource's. */
  resource: string;
  subresource: string;
  name: string;
}

const verbs: { [method: string]: [collection: string, object: string] } = {
  GET: ['list', 'get'],
  HEAD: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

export function requestInfo(method: string, target: string): RequestInfo {
  const { pathname, searchParams: query } = new URL(target, 'https://server');
  const segments = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const plain: RequestInfo = {
    verb: method.toLowerCase(),
    path: pathname,
    query,
    isResource: false,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
  };
  const isCore = segments[0] === 'api' && segments.length > 2;
  if (!isCore && !(segments[0] === 'apis' && segments.length > 3)) return plain;
  const [group = '', version = '', ...rest] = isCore ? ['', ...segments.slice(1)] : segments.slice(1);
  const scoped = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const [resource = '', name = '', subresource = ''] = scoped ? rest.slice(2) : rest;
  const namespace = scoped || resource === 'namespaces' ? (rest[1] ?? '') : '';
  const [collection, single] = verbs[method] ?? [plain.verb, plain.verb];
  const watches = ['1', 'true', ''].includes(query.get('watch') ?? 'no');
  const listed = collection === 'list' && watches ? 'watch' : collection;
  return {
    ...plain,
    verb: name === '' ? listed : single,
    isResource: true,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
  };
}
