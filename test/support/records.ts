import { v7 } from 'uuid';
import type { ClaimRequest, RunRecord, StepRecord } from '../../src/records/records.ts';

const resourceId =
  '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/Shop/providers/Microsoft.ContainerService/managedClusters/blue';

/** A run that has just been asked for. */
export function queuedRun(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    id: v7(),
    action: 'enable',
    source: 'http',
    cluster: {
      resourceId,
      subscriptionId: '11111111-2222-4333-8444-555555555555',
      resourceGroup: 'Shop',
      name: 'blue',
    },
    instanceId: 'aks-0123456789abcdef0123456789abcdef',
    state: 'queued',
    reasons: [],
    notices: [],
    requestedAt: '2026-11-22T10:00:00.000Z',
    updatedAt: '2026-11-22T10:00:00.000Z',
    ...fields,
  };
}

export function doneStep(fields: Partial<StepRecord> = {}): StepRecord {
  return {
    number: 1,
    id: 'felix-configuration',
    title: 'Prepare Felix',
    phase: 'enable',
    state: 'done',
    writes: [{ object: 'FelixConfiguration default', path: 'spec.bpfKubeProxyIptablesCleanupEnabled', after: false }],
    startedAt: '2026-11-22T10:00:10.000Z',
    finishedAt: '2026-11-22T10:00:25.500Z',
    ...fields,
  };
}

/** Of a cluster of its own, unless `fields` name one. */
export function claimRequest(fields: Partial<ClaimRequest> = {}): ClaimRequest {
  const runId = v7();
  return {
    subscriptionId: '11111111-2222-4333-8444-555555555555',
    resourceUid: runId.replaceAll('-', ''),
    resourceId,
    runId,
    instanceId: `aks-${runId}`,
    automatic: false,
    now: '2026-11-22T10:00:00.000Z',
    leaseUntil: '2026-11-22T10:30:00.000Z',
    ...fields,
  };
}
