import * as z from 'zod';
import { reasonTable } from '../reasons.ts';
import type { ReasonCode } from '../reasons.ts';

/** The documents of the HTTP API, both ways: what the app answers, and what a client may rely on. */

export const actionSchema = z.enum(['enable', 'disable', 'plan', 'verify']);
export const stateSchema = z.enum(['queued', 'waiting', 'planning', 'applying', 'proving', 'undoing', 'finished']);
export const outcomeSchema = z.enum([
  'enabled',
  'already-enabled',
  'planned',
  'skipped',
  'refused',
  'undone',
  'failed',
  'cancelled',
]);

const reasonCode = z.enum(Object.keys(reasonTable) as [ReasonCode, ...ReasonCode[]]);
const time = z.iso.datetime().describe('ISO 8601, UTC.');
const seconds = z.number().nonnegative().describe('Seconds of the time that the run sees.');
const json = z.json();

export const reasonSchema = z.strictObject({
  code: reasonCode.describe('One of the table of reasons.'),
  message: z.string().describe('What happened.'),
  remedy: z.string().describe('What can be done about it.'),
});

/** Body of `POST /api/clusters/{subscriptionId}/{resourceGroup}/{name}/runs`. */
export const startBodySchema = z.strictObject({ action: actionSchema });

export const writeSchema = z.strictObject({
  object: z.string().describe('For example `Installation default`.'),
  path: z.string().describe('Dotted; empty: the object itself.'),
  before: json.optional().describe('Missing: it was not there.'),
  after: json,
});

export const stepSchema = z.strictObject({
  number: z.int().positive().describe('From 1, through the run; the way back goes on counting.'),
  id: z.string(),
  title: z.string(),
  phase: z.enum(['enable', 'undo']),
  state: z.enum(['applying', 'waiting', 'done', 'stuck']),
  waitingFor: z.string().optional().describe('While it waits, or where it got stuck.'),
  writes: z.array(writeSchema),
  startedAt: time,
  finishedAt: time.optional(),
  durationSeconds: seconds.optional().describe('Of a step that has ended.'),
});

export const clusterSchema = z.strictObject({
  resourceId: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  name: z.string(),
  resourceUid: z.string().optional().describe('Tells clusters apart that had the same name.'),
});

/** What a list of runs says of each. */
export const runSummarySchema = z.strictObject({
  id: z.guid(),
  url: z.string().describe('Path of the run, with its steps.'),
  action: actionSchema,
  source: z.enum(['event', 'http', 'cli', 'sweep']),
  cluster: clusterSchema,
  state: stateSchema,
  outcome: outcomeSchema.optional().describe('Of a finished run.'),
  era: z.string().optional().describe('How this Calico is switched: E1 to E5.'),
  procedure: z.string().optional(),
  reasons: z.array(reasonSchema),
  notices: z.array(reasonSchema),
  eventId: z.string().optional(),
  correlationId: z.string().optional(),
  requestedAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
  updatedAt: time,
  durationSeconds: seconds.optional().describe('From its start to its end, of a finished run.'),
});

/** `GET /api/runs/{id}`. */
export const runSchema = runSummarySchema.extend({
  plan: json.optional(),
  proof: json.optional(),
  steps: z.array(stepSchema),
});

/** `GET /api/runs`. */
export const runListSchema = z.strictObject({
  runs: z.array(runSummarySchema).describe('Newest first.'),
  next: z.string().optional().describe('For the parameter of that name; missing on the last page.'),
});

/** `202 Accepted` of a start. */
export const acceptedSchema = z.strictObject({ id: z.guid(), url: z.string() });

/** `application/problem+json`, RFC 9457. */
export const problemSchema = z.strictObject({
  type: z.string().describe('A URN with the code.'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  instance: z.string().optional().describe('Path of the request.'),
  code: reasonCode,
  remedy: z.string(),
  run: z.string().optional().describe('Path of the run that is in the way.'),
});

export type RunSummary = z.infer<typeof runSummarySchema>;
export type RunDocument = z.infer<typeof runSchema>;
export type StepDocument = z.infer<typeof stepSchema>;
export type RunListDocument = z.infer<typeof runListSchema>;
export type AcceptedDocument = z.infer<typeof acceptedSchema>;
export type Problem = z.infer<typeof problemSchema>;
