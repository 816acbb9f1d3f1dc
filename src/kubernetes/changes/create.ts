import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import { Failure, reason } from '../../reasons.ts';
import type { Api } from '../api.ts';
import { parseBody } from '../body.ts';
import type { WriteGuard } from '../cluster.ts';
import { isJsonObject, valueAt } from '../json.ts';
import { collectionPath, objectTitle } from '../paths.ts';
import { beforeImageKey, presencePath } from './before-images.ts';
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
  const earlier = guard.kept.find((kept) => beforeImageKey(kept) === beforeImageKey(image));
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
  const origin = await originOf(api, reference, guard, earlier);
  if (origin.evidence.length > 0) await guard.keep(origin.evidence);
  const merged = await merge(api, reference, body, guard);
  return { ...merged, images: [...origin.created, ...origin.evidence, ...merged.images] };
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

interface Origin {
  /** That an earlier try of ours made the object, where that was not confirmed yet. */
  created: BeforeImage[];
  /** That the object was there before us, which keeps it from being deleted on the way back. */
  evidence: BeforeImage[];
}

/** Whose the object is: the image of an absent object is kept before anybody knows that it is not absent. */
async function originOf(
  api: Api,
  reference: ObjectReference,
  guard: WriteGuard,
  earlier: BeforeImage | undefined,
): Promise<Origin> {
  if (earlier && !earlier.unconfirmed) return { created: [], evidence: [] };
  const { object } = await read(api, reference);
  if (!object) throw new Error(`${objectTitle(reference)} was deleted by somebody else while it was written.`);
  const createdAt = valueAt(object, ['metadata', 'creationTimestamp']);
  // Older than this step: no earlier try of it made the object.
  const older = typeof createdAt === 'string' && isBefore(createdAt, guard.stepStartedAt);
  if (earlier && !older) return { created: [earlier], evidence: [] };
  const { name } = reference;
  const before = { present: true as const, value: name };
  const evidence = [{ object: reference, path: presencePath, before, after: name, step: guard.step }];
  return { created: [], evidence };
}

function noPlace(server: string, what: string): Failure {
  const problem = 'there is no such namespace or resource';
  return new Failure('permanent', reason('REQUEST_REFUSED', { server, what, problem }));
}
