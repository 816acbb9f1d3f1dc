import * as z from 'zod';
import { Failure, reason } from '../reasons.ts';
import { readJsonBody } from './body.ts';
import type { BodyRequest } from './body.ts';
import { clusterReference, shown } from './resource-id.ts';
import { actions, newRunRequest } from './run-request.ts';
import type { RunRequest } from './run-request.ts';

/** The part of the path that names the cluster. */
export interface ClusterRoute {
  subscriptionId?: string | undefined;
  resourceGroup?: string | undefined;
  name?: string | undefined;
}

const startBody = z.strictObject({ action: z.enum(actions) }, 'the body is not an object');

/**
 * The request of `POST /api/clusters/{subscriptionId}/{resourceGroup}/{name}/runs`. Throws a `Failure` with
 * INVALID_REQUEST, BODY_TOO_LARGE or NOT_JSON.
 */
export async function readStartRequest(
  request: BodyRequest & { params: ClusterRoute },
  source: 'http' | 'cli' = 'http',
  now: Date = new Date(),
): Promise<RunRequest> {
  const { subscriptionId = '', resourceGroup = '', name = '' } = request.params;
  const parsed = clusterReference(subscriptionId, resourceGroup, name);
  if ('problem' in parsed) throw invalid(parsed.problem);
  const body = startBody.safeParse(await readJsonBody(request));
  if (!body.success) throw invalid(body.error.issues.map(problemOf).join('; '));
  return newRunRequest({ action: body.data.action, source, cluster: parsed.cluster }, now);
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, 5).map(shown).join(', ');
    return `the body has fields that are not known: ${names}`;
  }
  if (issue.code === 'invalid_value') return `action is not one of ${actions.join(', ')}`;
  return issue.message;
}

function invalid(problem: string): Failure {
  return new Failure('permanent', reason('INVALID_REQUEST', { problem }));
}
