/** One request, as the log of a test or an audit sees it. */
export interface RequestEntry {
  /** `system:anonymous` when not authenticated. */
  user: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; else the HTTP method in lower case. */
  verb: string;
  /** Without the query. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** 0 until answered, and for ever when the connection was reset or left hanging. */
  code: number;
  /** A number for each TLS connection. */
  connection: number;
  /** In the clock's time. */
  at: Date;
  /** Of the answer's body, before compression; a watch counts as it goes. */
  bytes: number;
}

export interface Summary {
  /** Creates, updates, patches and deletes that were answered with 2xx. */
  writes: number;
  /** Gets and lists; a path read again without a write by the same user between is a poll, and not counted. */
  reads: number;
  /** All gets and lists, polls included. */
  readRequests: number;
  connections: number;
}

export interface RequestLog {
  readonly entries: readonly RequestEntry[];
  add(entry: RequestEntry): void;
  by(user: string): RequestEntry[];
  clear(): void;
}

const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const reading = new Set(['get', 'list']);

export function createRequestLog(longest: number): RequestLog {
  let entries: RequestEntry[] = [];
  return {
    get entries() {
      return entries;
    },
    add(entry) {
      entries.push(entry);
      if (entries.length > 2 * longest) entries = entries.slice(-longest);
    },
    by: (user) => entries.filter((entry) => entry.user === user),
    clear() {
      entries = [];
    },
  };
}

export function summarise(entries: readonly RequestEntry[]): Summary {
  const summary: Summary = { writes: 0, reads: 0, readRequests: 0, connections: 0 };
  const seen = new Map<string, Set<string>>();
  for (const entry of entries) {
    const paths = seen.get(entry.user) ?? new Set();
    seen.set(entry.user, paths);
    if (writing.has(entry.verb) && entry.code >= 200 && entry.code < 300) {
      summary.writes += 1;
      paths.clear();
    }
    if (!reading.has(entry.verb)) continue;
    summary.readRequests += 1;
    if (!paths.has(entry.path)) summary.reads += 1;
    paths.add(entry.path);
  }
  summary.connections = new Set(entries.map((entry) => entry.connection)).size;
  return summary;
}
