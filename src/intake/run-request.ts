import { v7 } from 'uuid';
import type { ClusterReference } from './resource-id.ts';

/** What can be asked for. */
export const actions = ['enable', 'disable', 'plan', 'verify'] as const;

/** Who asks for what on which cluster; the input of an orchestration. It names no person. */
export interface RunRequest {
  /** A GUID of version 7: its first bits are the time of the request. */
  runId: string;
  action: (typeof actions)[number];
  source: 'event' | 'http' | 'cli' | 'sweep';
  cluster: ClusterReference;
  /** ISO 8601. */
  requestedAt: string;
  /** Only by event: Event Grid's id of it. */
  eventId?: string | undefined;
  /** Only by event: Azure's id of the write that raised it. */
  correlationId?: string | undefined;
}

/** A request with an id of its own. */
export function newRunRequest(
  request: Omit<RunRequest, 'runId' | 'requestedAt'>,
  requestedAt: Date = new Date(),
): RunRequest {
  return { runId: v7({ msecs: requestedAt.getTime() }), ...request, requestedAt: requestedAt.toISOString() };
}
