import { triggerOf } from '../app-loader.ts';
import type { RegisteredFunction } from '../functions-core.ts';
import type { Invoke } from '../invocation.ts';
import type { HttpCookie, HttpData, NullableString } from '../typed-data.ts';
import type { Authorize } from './keys.ts';
import type { HostRequest, HostResponse, HttpHandler } from './messages.ts';
import { byPrecision, matchRoute, parseRoute } from './route-template.ts';
import type { RouteTemplate } from './route-template.ts';

export interface HttpFunction {
  function: RegisteredFunction;
  /** With the prefix, without a leading slash. */
  route: string;
  template: RouteTemplate;
  /** Upper case. */
  methods: string[];
  authLevel: string;
}

/** The HTTP functions of an app, the most exact route first. */
export function findHttpFunctions(functions: Iterable<RegisteredFunction>, prefix: string): HttpFunction[] {
  return [...functions]
    .filter((candidate) => triggerOf(candidate).type === 'httptrigger')
    .map((registered) => {
      const { route, methods, authLevel } = triggerOf(registered) as {
        route?: string;
        methods?: string[];
        authLevel?: string;
      };
      const path = [prefix, route ?? registered.metadata.name].filter((part) => part !== '').join('/');
      return {
        function: registered,
        route: path,
        template: parseRoute(path),
        methods: (methods ?? ['GET', 'POST']).map((method) => method.toUpperCase()),
        authLevel: (authLevel ?? 'function').toLowerCase(),
      };
    })
    .sort((a, b) => byPrecision(a.template, b.template));
}

/** Answers what matches a route of the app; 404 for everything else, a method that is not allowed included. */
export function httpFunctionsHandler(functions: HttpFunction[], invoke: Invoke, authorize: Authorize): HttpHandler {
  return async (request) => {
    for (const candidate of functions) {
      const parameters = candidate.methods.includes(request.method)
        ? matchRoute(candidate.template, request.url.pathname)
        : undefined;
      if (parameters === undefined) continue;
      if (candidate.authLevel !== 'anonymous' && !authorize(request)) return { status: 401 };
      return invokeHttp(candidate.function, request, parameters, invoke);
    }
    return { status: 404 };
  };
}

async function invokeHttp(
  registered: RegisteredFunction,
  request: HostRequest,
  parameters: Record<string, string>,
  invoke: Invoke,
): Promise<HostResponse> {
  try {
    const trigger = { http: toHttpData(request, parameters) };
    const { returnValue } = await invoke({ function: registered, trigger });
    return returnValue?.http === undefined ? { status: 204 } : toResponse(returnValue.http);
  } catch {
    // Logged by the invoker; Azure tells the caller nothing either.
    return { status: 500 };
  }
}

function toHttpData({ method, url, headers, body }: HostRequest, parameters: Record<string, string>): HttpData {
  const decoded = Object.entries(parameters).map(([name, value]) => [name, decode(value)] as const);
  return {
    method,
    url: url.href,
    nullableHeaders: toNullable(Object.entries(headers)),
    nullableParams: toNullable(decoded),
    nullableQuery: toNullable(url.searchParams),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function toNullable(entries: Iterable<readonly [string, string]>): Record<string, NullableString> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

function toResponse({ statusCode, headers = {}, cookies = [], body }: HttpData): HostResponse {
  const content = body?.bytes ?? body?.string ?? body?.json;
  return {
    status: Number(statusCode ?? 200),
    headers,
    cookies: cookies.map(formatCookie),
    ...(content === undefined ? {} : { body: content }),
  };
}

function formatCookie({ name, value, domain, path, expires, secure, httpOnly, sameSite, maxAge }: HttpCookie): string {
  const sameSiteNames = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' };
  const site = sameSiteNames[sameSite ?? 'none'];
  return [
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    expires && `Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`,
    maxAge && `Max-Age=${maxAge.value}`,
    domain && `Domain=${domain.value}`,
    path && `Path=${path.value}`,
    secure?.value === true && 'Secure',
    httpOnly?.value === true && 'HttpOnly',
    site !== undefined && `SameSite=${site}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
}
