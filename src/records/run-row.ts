import type { Reason } from '../reasons.ts';
import { asciiJson, charactersPerProperty, joinJson, jsonColumns, splitJson } from './long-json.ts';
import type { RunRecord } from './records.ts';
import { shortJson, shortText } from './shorten.ts';
import type { Columns } from './table.ts';

/** Properties for each text: with the others they stay below the 1 MB of a row, whose characters take two bytes. */
const parts = { proof: 7, plan: 4, reasons: 2, notices: 2 } as const;
const longest = { reasons: 40, message: 500 } as const;

/** Fields of a run that are columns of their own. */
const ownColumns = [
  'id',
  'action',
  'source',
  'resourceUid',
  'instanceId',
  'state',
  'outcome',
  'era',
  'procedure',
  'eventId',
  'correlationId',
  'requestedAt',
  'startedAt',
  'finishedAt',
  'updatedAt',
] as const;

const clusterColumns = ['resourceId', 'subscriptionId', 'resourceGroup', 'name'] as const;

/** What a list of runs reads: everything but plan and proof. */
export const listedColumns: string[] = [
  ...ownColumns,
  ...clusterColumns,
  ...jsonColumns('reasons', parts.reasons),
  ...jsonColumns('notices', parts.notices),
];

/** The columns of the fields that are given. */
export function columnsOfRun(run: Partial<RunRecord>): Columns {
  const { cluster, reasons, notices, proof, plan } = run;
  return {
    ...Object.fromEntries(ownColumns.map((column) => [column, run[column]])),
    ...(cluster === undefined
      ? {}
      : {
          ...Object.fromEntries(clusterColumns.map((column) => [column, cluster[column]])),
          cluster: cluster.resourceId.toLowerCase(),
        }),
    ...(reasons === undefined ? {} : splitJson('reasons', jsonOfReasons(reasons, limitOf('reasons')))),
    ...(notices === undefined ? {} : splitJson('notices', jsonOfReasons(notices, limitOf('notices')))),
    ...(proof === undefined ? {} : splitJson('proof', shortJson(proof, limitOf('proof')))),
    ...(plan === undefined ? {} : splitJson('plan', shortJson(plan, limitOf('plan')))),
  };
}

/** The run of a row; undefined where the row is not a whole one, such as an update to a run that was taken back leaves. */
export function runOfColumns(columns: Record<string, unknown>): RunRecord | undefined {
  const row = columns as unknown as Partial<RunRecord & RunRecord['cluster']>;
  const { id, action, source, instanceId, state, requestedAt, updatedAt } = row;
  const { resourceId, subscriptionId, resourceGroup, name } = row;
  if (id === undefined || action === undefined || source === undefined || instanceId === undefined) return undefined;
  if (state === undefined || requestedAt === undefined || updatedAt === undefined) return undefined;
  if (resourceId === undefined || subscriptionId === undefined) return undefined;
  if (resourceGroup === undefined || name === undefined) return undefined;
  return {
    id,
    action,
    source,
    cluster: { resourceId, subscriptionId, resourceGroup, name },
    resourceUid: row.resourceUid,
    instanceId,
    state,
    outcome: row.outcome,
    era: row.era,
    procedure: row.procedure,
    reasons: reasonsOf('reasons', columns),
    notices: reasonsOf('notices', columns),
    proof: joinJson('proof', columns),
    plan: joinJson('plan', columns),
    eventId: row.eventId,
    correlationId: row.correlationId,
    requestedAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    updatedAt,
  };
}

function limitOf(name: keyof typeof parts): number {
  return parts[name] * charactersPerProperty;
}

/** Always a list of reasons, however long they are. */
function jsonOfReasons(reasons: readonly Reason[], limit: number): string {
  const kept = reasons.slice(0, longest.reasons).map(({ code, message, remedy }) => ({
    code,
    message: shortText(message, longest.message),
    remedy: shortText(remedy, longest.message),
  }));
  while (asciiJson(kept).length > limit) kept.pop();
  return asciiJson(kept);
}

function reasonsOf(name: string, columns: Record<string, unknown>): Reason[] {
  return (joinJson(name, columns) ?? []) as unknown as Reason[];
}
