import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { startServer } from './server.ts';
import type { Server, ServerAnswer, ServerRequest } from './server.ts';
import { tokenResources } from './tokens.ts';
import type { Identity, TokenIssuer } from './tokens.ts';

export interface IdentityEndpoint extends Server {
  /** For `IDENTITY_ENDPOINT`. */
  endpoint: string;
  /** For `IDENTITY_HEADER`: a secret of this run that callers send in `x-identity-header`. */
  header: string;
}

/** Managed identities, by App Service's protocol (azure.md k2). Plain HTTP, as there. */
export async function startIdentityEndpoint(options: {
  clock: Clock;
  issuer: TokenIssuer;
  /** The first one is meant when a caller names none. */
  identities: readonly [Identity, ...Identity[]];
  port?: number;
}): Promise<IdentityEndpoint> {
  const { issuer, identities } = options;
  const header = randomUUID();

  const handle = async (request: ServerRequest): Promise<ServerAnswer> => {
    const query = request.url.searchParams;
    if (request.url.pathname !== '/msi/token') return refused(404, 'There is /msi/token only.');
    if (request.method !== 'GET') return refused(405, 'Tokens are asked for by GET.');
    if (!sameSecret(request.headers['x-identity-header'], header)) {
      return refused(401, 'The header x-identity-header is missing, or not the value of IDENTITY_HEADER.');
    }
    if (query.get('api-version') !== '2019-08-01') return refused(400, 'api-version must be 2019-08-01.');
    const clientId = query.get('client_id') ?? identities[0].clientId;
    const identity = identities.find((candidate) => candidate.clientId.toLowerCase() === clientId.toLowerCase());
    if (!identity) {
      return refused(400, `Unable to load requested managed identity: there is none with the client id '${clientId}'.`);
    }
    const resource = (query.get('resource') ?? '').replace(/\/$/, '');
    if (!tokenResources.includes(resource)) {
      return refused(400, `AADSTS500011: The resource principal named '${resource}' was not found in the tenant.`);
    }
    const { token, expires } = await issuer.issue(identity, resource);
    const body = {
      access_token: token,
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: clientId,
    };
    return { status: 200, body };
  };

  const server = await startServer({
    clock: options.clock,
    ...(options.port === undefined ? {} : { port: options.port }),
    hostname: '127.0.0.1',
    handle,
  });
  return { ...server, endpoint: `${server.url}/msi/token`, header };
}

function refused(status: number, message: string): ServerAnswer {
  return { status, body: { statusCode: status, message, correlationId: randomUUID() } };
}

function sameSecret(given: string | string[] | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
