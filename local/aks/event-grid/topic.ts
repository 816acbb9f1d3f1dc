import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { KeyPair } from '../azure/certificates.ts';
import { startServer } from '../azure/server.ts';
import type { Server, ServerAnswer, ServerRequest } from '../azure/server.ts';
import type { TokenIssuer } from '../azure/tokens.ts';

const publishedEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.string().optional(),
  data: z.unknown(),
});

/** A CloudEvent as it arrived. */
export type PublishedEvent = z.infer<typeof publishedEvent>;

export interface Topic extends Server {
  /** For `EVENTGRID_TOPIC_ENDPOINT`. */
  endpoint: string;
  /** Everything that was published, in order of arrival. */
  events: PublishedEvent[];
  /** For publishers that use `aeg-sas-key`. */
  key: string;
}

/** A custom topic whose input schema is CloudEvents 1.0. Takes a key or an identity's token, as Event Grid does. */
export async function startTopic(options: {
  clock: Clock;
  tls: KeyPair;
  issuer: TokenIssuer;
  port?: number;
}): Promise<Topic> {
  const key = Buffer.from(randomUUID()).toString('base64');
  const events: PublishedEvent[] = [];

  function mayPublish({ headers }: ServerRequest): boolean {
    if (headers['aeg-sas-key'] !== undefined) return headers['aeg-sas-key'] === key;
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && options.issuer.verify(token, ['https://eventgrid.azure.net']).ok;
  }

  async function handle(request: ServerRequest): Promise<ServerAnswer> {
    if (request.method !== 'POST' || request.url.pathname !== '/api/events') {
      return refused(404, 'NotFound', 'Events are posted to /api/events.');
    }
    if (!mayPublish(request)) {
      return refused(401, 'Unauthorized', 'The request authorization key is missing or not valid for this topic.');
    }
    if (request.url.searchParams.get('api-version') !== '2018-01-01') {
      return refused(400, 'BadRequest', 'The api-version must be 2018-01-01.');
    }
    const batch = batchOf(request.body);
    if (!batch) return refused(400, 'BadRequest', 'This topic takes CloudEvents 1.0, one or an array of them.');
    events.push(...batch);
    return { status: 200 };
  }

  const server = await startServer({
    clock: options.clock,
    tls: options.tls,
    ...(options.port === undefined ? {} : { port: options.port }),
    bodyLimit: 1024 * 1024,
    handle,
  });
  return { ...server, endpoint: `${server.url}/api/events`, events, key };
}

function batchOf(body: Buffer): PublishedEvent[] | undefined {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as unknown;
    return z.array(publishedEvent).parse(Array.isArray(parsed) ? parsed : [parsed]);
  } catch {
    return undefined;
  }
}

function refused(status: number, code: string, message: string): ServerAnswer {
  return { status, body: { error: { code, message, details: [{ code, message }] } } };
}
