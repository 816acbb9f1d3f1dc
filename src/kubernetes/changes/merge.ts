import type { JsonObject } from '../../procedure/facts.ts';
import type { AppliedChange, BeforeImage, ObjectReference } from '../../procedure/plan.ts';
import { Failure, reason } from '../../reasons.ts';
import type { Api } from '../api.ts';
import type { WriteGuard } from '../cluster.ts';
import { objectTitle } from '../paths.ts';
import { beforeImageKey } from './before-images.ts';
import { beforeOf, differingLeaves, holds, leavesOf, patchOf } from './merge-patch.ts';
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
    const earlier = earlierImages(reference, object, wanted, guard);
    if (leaves.length === 0) return unwritten(reference, seen.at, earlier);
    const images = leaves.map((leaf): BeforeImage => {
      const { path, value } = leaf;
      return { object: reference, path, before: beforeOf(object, leaf), after: value, step: guard.step };
    });
    await guard.keep(images);
    const answer = await patch(api, reference, { ...seen, object }, patchOf(leaves));
    if (!answer) return undefined;
    requireKept(reference, answer.object, leaves);
    return written(reference, answer.at, [...earlier, ...images]);
  });
}

/** What an earlier try of this step wrote without having seen the answer. */
function earlierImages(
  reference: ObjectReference,
  object: JsonObject,
  wanted: JsonObject,
  { kept, step }: WriteGuard,
): BeforeImage[] {
  const held = leavesOf(wanted).filter((leaf) => holds(object, leaf));
  const keys = new Set(held.map(({ path }) => beforeImageKey({ object: reference, path })));
  return kept.filter((image) => image.unconfirmed && image.step === step && keys.has(beforeImageKey(image)));
}

function absent(server: string, reference: ObjectReference): Failure {
  const values = { server, what: `patch ${objectTitle(reference)}`, problem: 'there is no such object' };
  return new Failure('permanent', reason('REQUEST_REFUSED', values));
}
