import { createHash } from 'node:crypto';
import { answerAdmin } from './admin.ts';
import type { LoadedApp } from './app-loader.ts';
import { answerDurable } from './durable/http-api.ts';
import type { DurableApi } from './durable/http-api.ts';
import { answerEventGrid } from './event-grid-webhook.ts';
import { httpFunctionsHandler } from './http/http-functions.ts';
import type { HttpFunction } from './http/http-functions.ts';
import type { Authorize } from './http/keys.ts';
import { textResponse } from './http/messages.ts';
import type { HostRequest, HostResponse, HttpHandler } from './http/messages.ts';
import { decodePath } from './http/route-template.ts';
import type { Invoke } from './invocation.ts';

export interface RequestHandlerOptions {
  app: LoadedApp;
  invoke: Invoke;
  authorize: Authorize;
  httpFunctions: HttpFunction[];
  durable: DurableApi;
  /** The secret path of the durable API that the SDK in this process calls without a key. */
  rpcPath: string;
}

type Area = (request: HostRequest, rest: string[]) => Promise<HostResponse> | HostResponse;

/** Everything that this host answers: its own areas first, as on Azure, then the app's routes. */
export function createRequestHandler(options: RequestHandlerOptions): HttpHandler {
  const { app, invoke, authorize, durable, rpcPath } = options;
  const { functions } = app;
  const hostId = createHash('sha256').update(app.directory).digest('hex').slice(0, 32);
  const [rpcArea = '', rpcSecret] = rpcPath.split('/');
  const webhooks: Record<string, Area> = {
    durabletask: (request, rest) => answerDurable(durable, request, rest),
    eventgrid: (request) => answerEventGrid(request, functions, invoke),
  };
  const guarded =
    (area: Area): Area =>
    (request, rest) =>
      authorize(request) ? area(request, rest) : { status: 401 };
  const areas: Record<string, Area> = {
    admin: guarded((request, rest) => answerAdmin({ hostId, functions, invoke }, request, rest)),
    runtime: guarded((request, [kind = '', extension = '', ...rest]) => {
      const webhook = kind.toLowerCase() === 'webhooks' ? webhooks[extension.toLowerCase()] : undefined;
      return webhook === undefined ? { status: 404 } : webhook(request, rest);
    }),
    [rpcArea]: (request, [secret, ...rest]) =>
      secret === rpcSecret ? answerDurable(durable, request, rest) : { status: 404 },
  };
  const answerFunctions = httpFunctionsHandler(options.httpFunctions, invoke, authorize);

  return async (request) => {
    const parts = decodePath(request.url.pathname);
    if (parts === undefined) return textResponse(400, 'The path has a broken escape.');
    const [first = '', ...rest] = parts;
    const area = areas[first.toLowerCase()];
    if (area !== undefined) return area(request, rest);
    const response = await answerFunctions(request);
    const isHome = parts.length === 0 && response.status === 404;
    return isHome ? textResponse(200, 'Your Functions host is up and running.') : response;
  };
}
