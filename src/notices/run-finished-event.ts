import type { SendCloudEventInput } from '@azure/eventgrid';
import type { Reason } from '../reasons.ts';
import type { RunRecord } from '../records/records.ts';

export const runFinishedType = 'AksEbpfAutopilot.RunFinished';

/** The data of the event: what a subscriber filters by and tells its readers. */
export interface RunFinished {
  runId: string;
  action: RunRecord['action'];
  source: RunRecord['source'];
  cluster: { resourceId: string; subscriptionId: string; resourceGroup: string; name: string };
  outcome: NonNullable<RunRecord['outcome']> | null;
  /** Why it did not end as asked; empty where it did. */
  reasons: Reason[];
  notices: Reason[];
  /** Null where the run did not come to know it. */
  era: string | null;
  procedure: string | null;
  requestedAt: string;
  finishedAt: string | null;
}

/** The CloudEvent of a finished run. Its id is the run's, so that one that comes twice is known. */
export function runFinishedEvent(run: RunRecord): SendCloudEventInput<RunFinished> {
  const { resourceId, subscriptionId, resourceGroup, name } = run.cluster;
  return {
    id: run.id,
    type: runFinishedType,
    source: '/aks-ebpf-autopilot',
    subject: resourceId,
    time: new Date(run.finishedAt ?? run.updatedAt),
    datacontenttype: 'application/json',
    data: {
      runId: run.id,
      action: run.action,
      source: run.source,
      cluster: { resourceId, subscriptionId, resourceGroup, name },
      outcome: run.outcome ?? null,
      reasons: run.reasons.map(plain),
      notices: run.notices.map(plain),
      era: run.era ?? null,
      procedure: run.procedure ?? null,
      requestedAt: run.requestedAt,
      finishedAt: run.finishedAt ?? null,
    },
  };
}

function plain({ code, message, remedy }: Reason): Reason {
  return { code, message, remedy };
}
