import { randomUUID } from 'node:crypto';
import { toCloudEvent } from './events.ts';
import type { GridEvent } from './events.ts';

export type DeliverySchema = 'EventGridSchema' | 'CloudEventSchemaV1_0';

export interface Webhook {
  url: string;
  schema: DeliverySchema;
  /** The subscription's name, as the endpoint is told. */
  subscription: string;
  /** Ends a request that is under way. */
  signal: AbortSignal;
}

/** Event Grid waits so long for an answer; wall time, as all request time-outs are. */
const patience = 30_000;

const origin = 'eventgrid.azure.net';

/** Proves that the endpoint wants the events; throws with the reason and the remedy when it does not. */
export async function validate(webhook: Webhook, topic: string, now: Date): Promise<void> {
  const problem =
    webhook.schema === 'EventGridSchema' ? await validateByCode(webhook, topic, now) : await validateByOrigin(webhook);
  if (!problem) return;
  throw new Error(
    `Event subscription '${webhook.subscription}' was not created: the webhook ${new URL(webhook.url).origin} failed its validation: ${problem}. Start the app first, and check the function's name in the URL.`,
  );
}

async function validateByCode(webhook: Webhook, topic: string, now: Date): Promise<string | undefined> {
  const validationCode = randomUUID().toUpperCase();
  const event: GridEvent = {
    id: randomUUID(),
    topic,
    subject: '',
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: now.toISOString(),
    dataVersion: '2',
    metadataVersion: '1',
    data: { validationCode },
  };
  const answer = await send(webhook, 'POST', headersOf(webhook, 'SubscriptionValidation', 0), JSON.stringify([event]));
  if (typeof answer === 'string') return answer;
  if (answer.status !== 200) return `it answered ${answer.status}, not 200`;
  return answer.text.includes(validationCode) ? undefined : 'its answer lacks the validation code';
}

async function validateByOrigin(webhook: Webhook): Promise<string | undefined> {
  const answer = await send(webhook, 'OPTIONS', { 'WebHook-Request-Origin': origin });
  if (typeof answer === 'string') return answer;
  if (answer.status !== 200) return `it answered ${answer.status} to OPTIONS, not 200`;
  return ['*', origin].includes(answer.allowedOrigin ?? '') ? undefined : `it does not allow the origin ${origin}`;
}

/** One attempt; the status of the answer, or 0 and the reason when there was none. */
export async function deliver(
  webhook: Webhook,
  event: GridEvent,
  attempt: number,
): Promise<{ status: number; text: string }> {
  const body = webhook.schema === 'EventGridSchema' ? [event] : toCloudEvent(event);
  const headers = headersOf(webhook, 'Notification', attempt - 1);
  const answer = await send(webhook, 'POST', headers, JSON.stringify(body));
  return typeof answer === 'string' ? { status: 0, text: answer } : answer;
}

function headersOf(webhook: Webhook, eventType: string, deliveryCount: number): Record<string, string> {
  return {
    'Content-Type': webhook.schema === 'EventGridSchema' ? 'application/json' : 'application/cloudevents+json',
    'aeg-event-type': eventType,
    'aeg-subscription-name': webhook.subscription.toUpperCase(),
    'aeg-delivery-count': String(deliveryCount),
    'aeg-data-version': '2',
    'aeg-metadata-version': '1',
  };
}

async function send(webhook: Webhook, method: string, headers: Record<string, string>, body?: string) {
  try {
    const answer = await fetch(webhook.url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([webhook.signal, AbortSignal.timeout(patience)]),
    });
    return {
      status: answer.status,
      text: await answer.text(),
      allowedOrigin: answer.headers.get('webhook-allowed-origin'),
    };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    return `there was no answer (${cause?.code ?? message})`;
  }
}
