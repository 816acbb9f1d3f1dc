import { createHash } from 'node:crypto';
import { clusterKey } from './resource-id.ts';
import type { RunRequest } from './run-request.ts';

/**
 * The durable instance of a request: one for each cluster where it may write, so that a cluster has one live
 * instance; its own otherwise. Only characters that a URL takes unescaped (azure.md c4).
 */
export function instanceId({ action, runId, cluster }: Pick<RunRequest, 'action' | 'runId' | 'cluster'>): string {
  if (action === 'plan' || action === 'verify') return `read-${runId}`;
  const hash = createHash('sha256').update(clusterKey(cluster.resourceId)).digest('hex');
  return `aks-${hash.slice(0, 32)}`;
}
