import { parseClusterId, shown } from './resource-id.ts';
import { newRunRequest } from './run-request.ts';
import type { RunRequest } from './run-request.ts';

/** What one event came to. `reason`: for the log; it holds no more of the event than the name that was not known. */
export type ReadEvent = { kind: 'request'; request: RunRequest } | { kind: 'ignored'; reason: string };

const eventType = 'Microsoft.Resources.ResourceWriteSuccess';
const operation = 'Microsoft.ContainerService/managedClusters/write';

/** Event Grid's largest event and batch, in characters and events (azure.md b). */
const limits = { text: 1024 * 1024, events: 5000, id: 128 } as const;

type Fields = Record<string, unknown>;

/**
 * The requests in what Event Grid delivered: an event of its own schema or a CloudEvent, a list of them, or the JSON of
 * either (azure.md a2). Never throws: what is thrown for a malformed event would bring it back for 24 hours. Only ids
 * are taken; claims and everything else that names a person stay behind.
 */
export function readEvents(delivered: unknown, now: Date = new Date()): ReadEvent[] {
  const value = typeof delivered === 'string' ? parsed(delivered) : delivered;
  if (value === undefined && typeof delivered === 'string') return [ignored('it is not JSON')];
  if (!Array.isArray(value)) return [readEvent(value, now)];
  if (value.length > limits.events) return [ignored(`it is a list of more than ${limits.events} events`)];
  return value.length === 0 ? [ignored('it is an empty list')] : value.map((event: unknown) => readEvent(event, now));
}

function readEvent(event: unknown, now: Date): ReadEvent {
  if (!isObject(event)) return ignored('it is not an object');
  const type = event['eventType'] ?? event['type'];
  if (typeof type !== 'string') return ignored('it has no event type');
  if (!sameText(type, eventType)) return ignored(`its type is ${shown(type)}`);

  const data = typeof event['data'] === 'string' ? parsed(event['data']) : event['data'];
  if (!isObject(data)) return ignored('it has no data');
  const { operationName, correlationId } = data;
  if (typeof operationName !== 'string') return ignored('it names no operation');
  if (!sameText(operationName, operation)) return ignored(`its operation is ${shown(operationName)}`);

  const resource = data['resourceUri'] ?? event['subject'];
  if (typeof resource !== 'string') return ignored('it names no resource');
  const parsedCluster = parseClusterId(resource);
  if ('problem' in parsedCluster) return ignored(`of its resource, ${parsedCluster.problem}`);
  const { cluster } = parsedCluster;

  const ids = { eventId: identifier(event['id']), correlationId: identifier(correlationId) };
  return { kind: 'request', request: newRunRequest({ action: 'enable', source: 'event', cluster, ...ids }, now) };
}

function parsed(text: string): unknown {
  if (text.length > limits.text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An id as Event Grid and Azure make them; anything else is left out. */
function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= limits.id && /^[\w.:-]+$/.test(value) ? value : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function ignored(reason: string): ReadEvent {
  return { kind: 'ignored', reason };
}
