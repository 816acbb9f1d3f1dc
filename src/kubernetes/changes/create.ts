import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import { Failure, reason } from '../../reasons.ts';
import type { Api } from '../api.ts';
import { parseBody } from '../body.ts';
import type { WriteGuard } from '../cluster.ts';
import { isJsonObject, valueAt } from '../json.ts';
import { collectionPath, objectTitle } from '../paths.ts';
import { presencePath } from './before-images.ts';
import { isBefore } from './clock.ts';
import { merge } from './merge.ts';
import { leavesOf } from './merge-patch.ts';
import { fieldManager, read, requireKept, written } from './target.ts';

/** Creates the object without a read before: a POST is conditional by itself. Where it is there already, merges into it. */
export async function create(
  api: Api,
  reference: ObjectReference,
  body: JsonObject,
  guard: WriteGuard,
): Promise<AppliedChange> {
  const image: BeforeImage = {
    object: reference,
    path: [],
    before: { present: false, absentFrom: 0 },
    after: body,
    step: guard.step,
  };
  await guard.keep([image]);
  const what = `create ${objectTitle(reference)}`;
  const answer = await api.send({
    method: 'POST',
    path: collectionPath(reference),
    query: { fieldManager },
    body: complete(reference, body),
    what,
  });
  if (answer.status === 404) throw noPlace(api.server, what);
  if (answer.status !== 409) {
    requireKept(reference, parseBody(answer.text, what), leavesOf(body));
    return written(reference, answer.at, [image]);
  }
  const evidence = await evidenceOfPresence(api, reference, guard);
  if (evidence.length > 0) await guard.keep(evidence);
  const merged = await merge(api, reference, body, guard);
  return { ...merged, images: [...evidence, ...merged.images] };
}

function complete(reference: ObjectReference, body: JsonObject): JsonObject {
  const { apiVersion, kind, name, namespace } = reference;
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return {
    ...body,
    apiVersion,
    kind,
    metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/**
 * The image of an absent object is kept before anybody knows that it is not absent. Where it is older than this step, so
 * that no earlier try of ours made it, one more image says that it was there, and keeps it from being deleted on the way back.
 */
async function evidenceOfPresence(api: Api, reference: ObjectReference, guard: WriteGuard): Promise<BeforeImage[]> {
  const { object } = await read(api, reference);
  if (!object) throw new Error(`${objectTitle(reference)} was deleted by somebody else while it was written.`);
  const created = valueAt(object, ['metadata', 'creationTimestamp']);
  if (typeof created !== 'string' || !isBefore(created, guard.stepStartedAt)) return [];
  const { name } = reference;
  return [
    { object: reference, path: presencePath, before: { present: true, value: name }, after: name, step: guard.step },
  ];
}

function noPlace(server: string, what: string): Failure {
  const problem = 'there is no such namespace or resource';
  return new Failure('permanent', reason('REQUEST_REFUSED', { server, what, problem }));
}
