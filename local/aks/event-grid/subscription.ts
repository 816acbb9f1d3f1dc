import type { Clock } from '../../clock.ts';
import type { GridEvent } from './events.ts';
import { clusterWrites, passes } from './filter.ts';
import type { EventFilter } from './filter.ts';
import { defaultRetryPolicy, nextStep } from './retry.ts';
import type { RetryPolicy } from './retry.ts';
import { deliver, validate } from './webhook.ts';
import type { DeliverySchema, Webhook } from './webhook.ts';

export interface SubscriptionOptions {
  clock: Clock;
  url: string;
  /** `/subscriptions/{id}`: the system topic that is subscribed to. */
  topic: string;
  name?: string;
  schema?: DeliverySchema;
  filter?: EventFilter;
  retry?: Partial<RetryPolicy>;
}

export interface Delivery {
  eventId: string;
  /** From 1. */
  attempt: number;
  /** 0: no answer. */
  status: number;
  /** Simulated. */
  at: Date;
}

export interface DeadLetter {
  event: GridEvent;
  reason: string;
  deliveryAttempts: number;
  lastDeliveryOutcome: string;
}

export interface EventSubscription {
  /** Takes an event of the topic; whether it passed the filter. Delivery goes on in the background. */
  publish(event: GridEvent): boolean;
  /** Simulated milliseconds, one delivery for each: `[0]` is the rule, `[0, 0, 60000]` brings it twice, and late again. */
  deliveries: number[];
  /** Every attempt so far. */
  readonly attempts: readonly Delivery[];
  readonly deadLetters: readonly DeadLetter[];
  /** Events that are not delivered yet. */
  pending(): number;
  close(): Promise<void>;
}

/** An event subscription on a webhook. Rejects when the endpoint fails the validation. */
export async function createSubscription(options: SubscriptionOptions): Promise<EventSubscription> {
  const { clock, filter = clusterWrites } = options;
  const closing = new AbortController();
  const webhook: Webhook = {
    url: options.url,
    signal: closing.signal,
    schema: options.schema ?? 'EventGridSchema',
    subscription: options.name ?? 'cluster-writes',
  };
  const policy = { ...defaultRetryPolicy, ...options.retry };
  const attempts: Delivery[] = [];
  const deadLetters: DeadLetter[] = [];
  const underway = new Set<Promise<void>>();
  await validate(webhook, options.topic, clock.now());

  async function bring(event: GridEvent, delay: number): Promise<void> {
    const since = clock.now().getTime();
    await clock.sleep(delay, closing.signal);
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      const at = clock.now();
      const { status, text } = await deliver(webhook, event, attempt);
      attempts.push({ eventId: event.id, attempt, status, at });
      const step = nextStep(status, attempt, (clock.now().getTime() - since) / 1000, policy);
      if (step === 'delivered') return;
      if ('deadLetter' in step) {
        const lastDeliveryOutcome = status === 0 ? text : String(status);
        deadLetters.push({ event, reason: step.deadLetter, deliveryAttempts: attempt, lastDeliveryOutcome });
        return;
      }
      await clock.sleep(step.retryAfter * 1000, closing.signal);
    }
  }

  const subscription: EventSubscription = {
    deliveries: [0],
    attempts,
    deadLetters,
    pending: () => underway.size,
    publish(event) {
      if (!passes(event, filter)) return false;
      for (const delay of subscription.deliveries) {
        const task = bring(event, delay)
          .catch((error: unknown) => {
            if (!closing.signal.aborted) throw error;
          })
          .finally(() => underway.delete(task));
        underway.add(task);
      }
      return true;
    },
    async close() {
      closing.abort(new Error('The event subscription is closing.'));
      await Promise.all(underway);
    },
  };
  return subscription;
}
