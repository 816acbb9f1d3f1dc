import * as z from 'zod';
import type { AppliedChange } from '../../procedure/plan.ts';
import type { Api } from '../api.ts';
import { parseBody } from '../body.ts';
import { listOf } from '../facts/objects.ts';
import { collectionPath, objectPath } from '../paths.ts';
import { isBefore } from './clock.ts';

const podList = listOf(
  z.object({
    metadata: z.object({
      name: z.string(),
      uid: z.string(),
      creationTimestamp: z.string(),
      deletionTimestamp: z.string().optional(),
    }),
  }),
);

/** Deletes the pods that were there before `startedAt`; what took their place since then stays. */
export async function deletePods(
  api: Api,
  pods: { namespace: string; labelSelector: string },
  startedAt: string,
): Promise<AppliedChange> {
  const { namespace, labelSelector } = pods;
  const kind = { apiVersion: 'v1', resource: 'pods', namespace };
  const what = `list pods ${namespace} (${labelSelector})`;
  const answer = await api.send({ method: 'GET', path: collectionPath(kind), query: { labelSelector }, what });
  const old = podList
    .parse(parseBody(answer.text, what))
    .map(({ metadata }) => metadata)
    .filter((pod) => pod.deletionTimestamp === undefined && isBefore(pod.creationTimestamp, startedAt));
  let { at } = answer;
  let deleted = false;
  for (const { name, uid } of old) {
    const gone = await api.send({
      method: 'DELETE',
      path: objectPath({ ...kind, kind: 'Pod', name }),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
      what: `delete pod ${namespace}/${name}`,
    });
    at = gone.at;
    deleted ||= gone.status !== 404 && gone.status !== 409;
  }
  return { object: undefined, written: deleted, at, images: [] };
}
