import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import { Failure, reason } from '../../reasons.ts';
import type { Api } from '../api.ts';
import { parseBody } from '../body.ts';
import { valueAt } from '../json.ts';
import { objectPath, objectTitle } from '../paths.ts';
import { holds, type Leaf } from './merge-patch.ts';

/** An object as one answer showed it. */
export interface Seen {
  object: JsonObject;
  at: string;
}

/** One try of a conditional write; undefined: the object was changed meanwhile, so read again. */
export type Attempt = () => Promise<AppliedChange | undefined>;

const attempts = 5;

/** Tries at once again when a write meets a newer version: the operator writes these objects often (calico.md 14.1). */
export async function withoutConflict(reference: ObjectReference, attempt: Attempt): Promise<AppliedChange> {
  for (let tried = 0; tried < attempts; tried += 1) {
    const applied = await attempt();
    if (applied) return applied;
  }
  throw new Error(`${objectTitle(reference)} was changed by somebody else during ${attempts} tries to write it.`);
}

/** The object, or when it was seen that there is none. */
export async function read(api: Api, reference: ObjectReference): Promise<Seen | { object: undefined; at: string }> {
  const what = `read ${objectTitle(reference)}`;
  const { status, at, text } = await api.send({ method: 'GET', path: objectPath(reference), what });
  return { at, object: status === 404 ? undefined : parseBody(text, what) };
}

/** Writes `patch` if the object still is the one that was read. Undefined: it is not. */
export async function patch(
  api: Api,
  reference: ObjectReference,
  seen: Seen,
  patch: JsonObject,
): Promise<Seen | undefined> {
  const what = `patch ${objectTitle(reference)}`;
  const metadata = {
    ...metadataOf(patch),
    resourceVersion: valueAt(seen.object, ['metadata', 'resourceVersion']) ?? null,
  };
  const { status, at, text } = await api.send({
    method: 'PATCH',
    path: objectPath(reference),
    query: { fieldManager },
    body: { ...patch, metadata },
    what,
  });
  return status === 409 || status === 404 ? undefined : { at, object: parseBody(text, what) };
}

/** Whose write it is, as managedFields shows it. */
export const fieldManager = 'aks-ebpf-autopilot';

/** Throws where the server answered 2xx but left something out: unknown fields are pruned silently. */
export function requireKept(reference: ObjectReference, answer: JsonObject, leaves: readonly Leaf[]): void {
  const lost = leaves.find((leaf) => !holds(answer, leaf));
  if (!lost) return;
  const values = { field: lost.path.join('.'), object: objectTitle(reference) };
  throw new Failure('permanent', reason('FIELD_NOT_KEPT', values));
}

export function unwritten(object: ObjectReference, at: string, images: BeforeImage[] = []): AppliedChange {
  return { object, written: false, at, images };
}

export function written(object: ObjectReference, at: string, images: BeforeImage[]): AppliedChange {
  return { object, written: true, at, images };
}

function metadataOf(patch: JsonObject): JsonObject {
  const metadata = patch['metadata'];
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
}
