import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { User } from './authentication.ts';
import type { RequestInfo } from './request-info.ts';
import type { Resource } from './resources/resource.ts';
import type { KubernetesVersion } from './version.ts';

/** One authorized request for a resource. */
export interface Call {
  info: RequestInfo;
  resource: Resource;
  user: User;
  headers: IncomingHttpHeaders;
  body: string;
  /** In the clock's time. */
  readonly now: Date;
  version: KubernetesVersion;
}

export interface Answer {
  code: number;
  body: string | Buffer;
  contentType?: string;
  headers?: Record<string, string>;
}

/** An answer that goes on: the function has the response to itself. */
export interface Stream {
  stream: (response: ServerResponse) => void | Promise<void>;
}

export function json(code: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { code, body: JSON.stringify(value), headers };
}

/** True for `dryRun=All`, the only value that the API has. */
export function isDryRun(info: RequestInfo): boolean {
  return info.query.get('dryRun') === 'All';
}
