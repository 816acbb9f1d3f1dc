import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import type { Api } from '../api.ts';
import { valueAt } from '../json.ts';
import { objectPath, objectTitle } from '../paths.ts';
import { isHollow, restored, wasAbsent } from './before-images.ts';
import { leavesOf, patchBetween } from './merge-patch.ts';
import { patch, read, requireKept, type Seen, unwritten, withoutConflict, written } from './target.ts';

/** Brings the before-images back; an object that we made, and in which nothing else is, is deleted. */
export async function restore(
  api: Api,
  reference: ObjectReference,
  images: readonly BeforeImage[],
): Promise<AppliedChange> {
  return withoutConflict(reference, async () => {
    const seen = await read(api, reference);
    const { object } = seen;
    if (!object) return unwritten(reference, seen.at);
    const target = restored(object, images);
    if (wasAbsent(images) && isHollow(target)) return remove(api, reference, { ...seen, object });
    const difference = patchBetween(object, target);
    if (Object.keys(difference).length === 0) return unwritten(reference, seen.at);
    const answer = await patch(api, reference, { ...seen, object }, difference);
    if (!answer) return undefined;
    // What is removed may come back as a default of the server; what is set has to stay.
    requireKept(
      reference,
      answer.object,
      leavesOf(difference).filter(({ value }) => value !== null),
    );
    return written(reference, answer.at, []);
  });
}

/** Deletes exactly the object that was read. */
async function remove(api: Api, reference: ObjectReference, { object, at }: Seen): Promise<AppliedChange | undefined> {
  const answer = await api.send({
    method: 'DELETE',
    path: objectPath(reference),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: preconditionsOf(object) },
    what: `delete ${objectTitle(reference)}`,
  });
  if (answer.status === 404) return unwritten(reference, at);
  return answer.status === 409 ? undefined : written(reference, answer.at, []);
}

function preconditionsOf(object: JsonObject): JsonObject {
  return {
    uid: valueAt(object, ['metadata', 'uid']) ?? null,
    resourceVersion: valueAt(object, ['metadata', 'resourceVersion']) ?? null,
  };
}
