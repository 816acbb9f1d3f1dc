import type { EventGridPublisherClient } from '@azure/eventgrid';
import type { TokenCredential } from '@azure/identity';
import type { Notices } from './notices.ts';
import { redact } from './redact.ts';
import { runFinishedEvent } from './run-finished-event.ts';

export interface NoticesOptions {
  /** Of an Event Grid topic that takes CloudEvents, with its path; undefined: nobody is told. */
  topicEndpoint: string | undefined;
  /** Event Grid Data Sender on the topic. */
  credential: TokenCredential;
  log: NoticeLog;
}

export interface NoticeLog {
  /** A message that is always the same, and what it is about. */
  warn(message: string, fields: Record<string, string>): void;
}

/** Milliseconds of wall time for one try; the SDK tries three times again. */
const requestTimeout = 15_000;

/** Tells an Event Grid topic of finished runs. A notice that cannot be given is logged; it never fails a run. */
export function createNotices({ topicEndpoint, credential, log }: NoticesOptions): Notices {
  if (topicEndpoint === undefined) return { runFinished: () => Promise.resolve() };
  let opened: Promise<EventGridPublisherClient<'CloudEvent'>> | undefined;
  const open = () => (opened ??= connect(topicEndpoint, credential));
  return {
    async runFinished(run) {
      try {
        const client = await open();
        await client.send([runFinishedEvent(run)]);
      } catch (error) {
        log.warn('notice not given', { runId: run.id, problem: redact(problemOf(error)) });
      }
    },
  };
}

async function connect(endpoint: string, credential: TokenCredential): Promise<EventGridPublisherClient<'CloudEvent'>> {
  const { EventGridPublisherClient } = await import('@azure/eventgrid');
  return new EventGridPublisherClient(endpoint, 'CloudEvent', credential, {
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'requestTimeout',
          sendRequest(request, next) {
            request.timeout = requestTimeout;
            return next(request);
          },
        },
      },
    ],
  });
}

function problemOf(error: unknown): string {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  return [statusCode, code, message ?? String(error)].filter((part) => part !== undefined).join(' ');
}
