import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import { Failure, reason } from '../../reasons.ts';
import type { Api } from '../api.ts';
import type { WriteGuard } from '../cluster.ts';
import { objectTitle } from '../paths.ts';
import { beforeOf, differingLeaves, patchOf } from './merge-patch.ts';
import { patch, read, requireKept, unwritten, withoutConflict, written } from './target.ts';

/** Writes what of `wanted` the object is not yet like; a second time there is nothing to write. */
export async function merge(
  api: Api,
  reference: ObjectReference,
  wanted: JsonObject,
  guard: WriteGuard,
): Promise<AppliedChange> {
  return withoutConflict(reference, async () => {
    const seen = await read(api, reference);
    const { object } = seen;
    if (!object) throw absent(api.server, reference);
    const leaves = differingLeaves(object, wanted);
    if (leaves.length === 0) return unwritten(reference, seen.at);
    const images = leaves.map((leaf): BeforeImage => {
      const { path, value } = leaf;
      return { object: reference, path, before: beforeOf(object, leaf), after: value, step: guard.step };
    });
    await guard.keep(images);
    const answer = await patch(api, reference, { ...seen, object }, patchOf(leaves));
    if (!answer) return undefined;
    requireKept(reference, answer.object, leaves);
    return written(reference, answer.at, images);
  });
}

function absent(server: string, reference: ObjectReference): Failure {
  const values = { server, what: `patch ${objectTitle(reference)}`, problem: 'there is no such object' };
  return new Failure('permanent', reason('REQUEST_REFUSED', values));
}
