import { randomUUID } from 'node:crypto';
import type { ResourceChange } from '../azure/arm/clusters.ts';

/** An event of a system topic in Event Grid's own schema (azure.md a2). */
export interface GridEvent {
  id: string;
  topic: string;
  subject: string;
  eventType: string;
  /** ISO 8601, simulated. */
  eventTime: string;
  dataVersion: string;
  metadataVersion: string;
  data: Record<string, unknown>;
}

export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  subject: string;
  type: string;
  time: string;
  data: Record<string, unknown>;
}

/** The person whose details every event of this simulation carries: whoever stores or logs one of them is caught. */
export const eventCaller = {
  name: 'Ada Beispiel',
  upn: 'ada.beispiel@contoso.example',
  ipaddr: '203.0.113.77',
  objectId: '5eed0000-c1a1-4000-8000-0badc0ffee01',
};

const suffixes = { succeeded: 'Success', failed: 'Failure', accepted: 'Success' } as const;

/** What Azure tells of a write or deletion, in full, with everything about the caller that a receiver must drop. */
export function resourceEvent(change: ResourceChange, tenantId: string, now: Date): GridEvent {
  const { cluster, kind, method, existing } = change;
  const [, , subscriptionId = '', , resourceGroup = ''] = cluster.id.split('/');
  const operationName = `Microsoft.ContainerService/managedClusters/${kind.toLowerCase()}`;
  return {
    id: randomUUID(),
    topic: `/subscriptions/${subscriptionId}`,
    subject: cluster.id,
    eventType: `Microsoft.Resources.Resource${kind}${suffixes[change.moment]}`,
    eventTime: now.toISOString(),
    dataVersion: '2',
    metadataVersion: '1',
    data: {
      authorization: { scope: cluster.id, action: operationName, evidence: { role: 'Subscription Admin' } },
      claims: claimsOf(tenantId),
      correlationId: randomUUID(),
      // Azure leaves it out when a resource is created (azure.md a1).
      ...(existing ? { httpRequest: httpRequestOf(cluster.id, method) } : {}),
      resourceGroup,
      resourceProvider: 'Microsoft.ContainerService',
      resourceUri: cluster.id,
      operationName,
      status: change.moment === 'failed' ? 'Failed' : 'Succeeded',
      subscriptionId,
      tenantId,
    },
  };
}

export function toCloudEvent(event: GridEvent): CloudEvent {
  const { id, topic, subject, eventType, eventTime, data } = event;
  return { specversion: '1.0', id, source: topic, subject, type: eventType, time: eventTime, data };
}

function claimsOf(tenantId: string): Record<string, string> {
  return {
    aud: 'https://management.core.windows.net/',
    iss: `https://sts.windows.net/${tenantId}/`,
    ipaddr: eventCaller.ipaddr,
    name: eventCaller.name,
    'http://schemas.microsoft.com/identity/claims/objectidentifier': eventCaller.objectId,
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': eventCaller.upn,
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': 'Beispiel',
    'http://schemas.microsoft.com/identity/claims/scope': 'user_impersonation',
  };
}

function httpRequestOf(resourceId: string, method: string): Record<string, string> {
  return {
    clientRequestId: randomUUID(),
    clientIpAddress: eventCaller.ipaddr,
    method,
    url: `https://management.azure.com${resourceId}?api-version=2026-06-01`,
  };
}
