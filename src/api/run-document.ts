import type { RecordedWrite, RunPage, RunRecord, StepRecord } from '../records/records.ts';
import type { AcceptedDocument, RunDocument, RunListDocument, RunSummary, StepDocument } from './schemas.ts';

/** Path of a run in the API. */
export function runUrl(id: string): string {
  return `/api/runs/${id}`;
}

export function acceptedDocument(id: string): AcceptedDocument {
  return { id, url: runUrl(id) };
}

/** A run as the API shows it. Every field is named here, so nothing else that a record may hold gets out. */
export function runDocument(run: RunRecord, steps: readonly StepRecord[]): RunDocument {
  const { plan, proof } = run;
  return {
    ...runSummary(run),
    ...given({ plan, proof }),
    steps: steps.map(stepDocument),
  };
}

export function runListDocument({ runs, next }: RunPage): RunListDocument {
  return { runs: runs.map(runSummary), ...given({ next }) };
}

function runSummary(run: RunRecord): RunSummary {
  const { id, action, source, cluster, resourceUid, state, outcome, era, procedure } = run;
  const { eventId, correlationId, requestedAt, startedAt, finishedAt, updatedAt } = run;
  const { resourceId, subscriptionId, resourceGroup, name } = cluster;
  return {
    id,
    url: runUrl(id),
    action,
    source,
    cluster: { resourceId, subscriptionId, resourceGroup, name, ...given({ resourceUid }) },
    state,
    ...given({ outcome, era, procedure }),
    reasons: run.reasons.map(reasonDocument),
    notices: run.notices.map(reasonDocument),
    ...given({ eventId, correlationId }),
    requestedAt,
    ...given({ startedAt, finishedAt }),
    updatedAt,
    ...given({ durationSeconds: duration(startedAt, finishedAt) }),
  };
}

function stepDocument(step: StepRecord): StepDocument {
  const { number, id, title, phase, state, waitingFor, writes, startedAt, finishedAt } = step;
  return {
    number,
    id,
    title,
    phase,
    state,
    ...given({ waitingFor }),
    writes: writes.map(writeDocument),
    startedAt,
    ...given({ finishedAt, durationSeconds: duration(startedAt, finishedAt) }),
  };
}

function writeDocument({ object, path, before, after }: RecordedWrite): StepDocument['writes'][number] {
  return { object, path, ...given({ before }), after };
}

function reasonDocument({ code, message, remedy }: RunRecord['reasons'][number]): RunRecord['reasons'][number] {
  return { code, message, remedy };
}

function duration(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that are not undefined. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
