import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../clock.ts';
import type { KeyPair } from '../certificates.ts';
import { startServer } from '../server.ts';
import type { Server, ServerAnswer, ServerRequest } from '../server.ts';
import type { TokenClaims, TokenIssuer } from '../tokens.ts';
import { authenticate } from './authentication.ts';
import type { Clusters } from './clusters.ts';
import { answerOf, ArmError, authorizationFailed, subscriptionNotFound } from './errors.ts';
import { routes } from './routes.ts';
import { checkApiVersion } from './versions.ts';

/** What a caller wants to do; `scope` is the request's path. */
export interface Access {
  objectId: string;
  action: string;
  scope: string;
}

export interface ArmOptions {
  clock: Clock;
  tls: KeyPair;
  port?: number | undefined;
  tenantId: string;
  subscriptionIds: readonly string[];
  issuer: TokenIssuer;
  clusters: Clusters;
  /** Whether a role allows it; by default every identity of the tenant may do everything. */
  authorize?: ((access: Access) => boolean) | undefined;
  /** Items in a page of a list. */
  pageSize?: number | undefined;
}

/** Azure Resource Manager over TLS, as far as managed clusters go. */
export async function startArm(options: ArmOptions): Promise<Server> {
  const { clusters, tenantId } = options;
  const server = await startServer({
    clock: options.clock,
    tls: options.tls,
    ...(options.port === undefined ? {} : { port: options.port }),
    handle: async (request) => {
      let claims: TokenClaims | undefined;
      const answer = await (async () => {
        claims = authenticate(request.headers.authorization, options.issuer, tenantId);
        return await dispatch(request, claims);
      })().catch((error: unknown) => {
        if (error instanceof ArmError) return answerOf(error);
        throw error;
      });
      return { ...answer, headers: { ...commonHeaders(request), ...answer.headers }, caller: claims?.oid };
    },
  });

  async function dispatch(request: ServerRequest, claims: TokenClaims): Promise<ServerAnswer> {
    const path = safelyDecoded(request.url.pathname);
    const candidates = routes.filter(({ pattern }) => pattern.test(path));
    const route = candidates.find(({ method }) => method === request.method);
    if (!route) throw candidates.length > 0 ? methodNotAllowed(request.method) : noSuchResource(path);
    const { subscriptionId = '', resourceGroup = '', name = '' } = route.pattern.exec(path)?.groups ?? {};
    if (!options.subscriptionIds.includes(subscriptionId.toLowerCase())) throw subscriptionNotFound(subscriptionId);
    const query = request.url.searchParams;
    checkApiVersion(query.get('api-version'));
    if (options.authorize?.({ objectId: claims.oid, action: route.action, scope: path }) === false) {
      throw authorizationFailed(claims.oid, route.action, path);
    }
    const call = {
      subscriptionId,
      resourceGroup,
      name,
      query,
      body: () => parsedBody(request.body),
      armUrl: server.url,
      path: request.url.pathname,
      apiVersion: query.get('api-version') ?? '',
      tenantId,
      pageSize: options.pageSize ?? 100,
    };
    return route.handle(call, clusters);
  }

  return server;
}

function commonHeaders(request: ServerRequest): Record<string, string> {
  const clientRequestId = request.headers['x-ms-client-request-id'];
  return {
    'Cache-Control': 'no-cache',
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'x-ms-request-id': randomUUID(),
    'x-ms-correlation-request-id': randomUUID(),
    ...(typeof clientRequestId === 'string' ? { 'x-ms-client-request-id': clientRequestId } : {}),
  };
}

function parsedBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    throw new ArmError(
      400,
      'InvalidRequestContent',
      `The request content was invalid and could not be deserialized: '${(error as Error).message}'.`,
    );
  }
}

function safelyDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ArmError(400, 'InvalidRequestUri', 'The request URI is not well encoded.');
  }
}

function noSuchResource(path: string): ArmError {
  return new ArmError(404, 'InvalidResourceType', `The resource type could not be found for the path '${path}'.`);
}

function methodNotAllowed(method: string): ArmError {
  return new ArmError(405, 'MethodNotAllowed', `The method '${method}' is not supported for this resource.`);
}
