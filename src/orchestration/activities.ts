import type { Records } from '../records/records.ts';
import type { ActivityBase, ActivityName, ActivityTable, Answer } from './activity-table.ts';
import { createClusterActivities } from './cluster-activities.ts';
import { answerOf } from './durable.ts';
import { claims, type Ports } from './ports.ts';
import { createRunActivities } from './run-activities.ts';

export type Activities = {
  [Name in ActivityName]: (input: Parameters<ActivityTable[Name]>[0]) => Promise<Answer<unknown>>;
};

/** The table of activities over their ports; a test gives them others. */
export function createActivities(ports: Ports): Activities {
  const table: ActivityTable = { ...createRunActivities(ports), ...createClusterActivities(ports) };
  const answering = <Input>(work: (input: Input) => Promise<unknown>) => {
    return (input: Input) =>
      answerOf(async () => {
        await renewLease(ports.records, input as Partial<ActivityBase>);
        return work(input);
      });
  };
  return {
    openRun: answering(table.openRun),
    readManagedCluster: answering(table.readManagedCluster),
    planRun: answering(table.planRun),
    planWayBack: answering(table.planWayBack),
    applyStep: answering(table.applyStep),
    watchStep: answering(table.watchStep),
    proveRun: answering(table.proveRun),
    concludeRun: answering(table.concludeRun),
  };
}

async function renewLease(records: Records, { leaseUntil, azure, request }: Partial<ActivityBase>): Promise<void> {
  if (!leaseUntil || !azure || !request || !claims(request.action)) return;
  const { subscriptionId, resourceUid } = azure;
  await records.renewClaim({ subscriptionId, resourceUid, runId: request.runId, leaseUntil });
}
