import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../procedure/facts.ts';
import type { BeforeImage } from '../../procedure/plan.ts';
import { isJsonObject, valueAt, withValueAt } from '../json.ts';
import { holds, leavesOf } from './merge-patch.ts';

/** Names what an image is of, for example `felixconfigurations/default/spec/bpfEnabled`; the same for every later write. */
export function beforeImageKey({ object, path }: Pick<BeforeImage, 'object' | 'path'>): string {
  const segments = [object.resource, ...(object.namespace === undefined ? [] : [object.namespace]), object.name];
  return [...segments, ...path].map((segment) => segment.replaceAll(/[%/]/g, encodeURIComponent)).join('/');
}

/** The path of an image that says no more than that the object was there. */
export const presencePath = ['metadata', 'name'];

/** Whether the object was made by us: its absence was recorded, and no image says that somebody was first. */
export function wasAbsent(images: readonly BeforeImage[]): boolean {
  const wasThere = images.some(({ path, before }) => isDeepStrictEqual(path, presencePath) && before.present);
  return !wasThere && images.some(({ path }) => path.length === 0);
}

const notContent = ['apiVersion', 'kind', 'metadata', 'status'];

/** Whether nothing is in the object but what every object has: then one that we made may go. */
export function isHollow(object: JsonObject): boolean {
  return Object.values(contentOf(object)).every(holdsNothing);
}

/** The object as it was before our writes, as far as the images tell; everything else of it stays. */
export function restored(object: JsonObject, images: readonly BeforeImage[]): JsonObject {
  const seen = new Set<string>();
  let target = object;
  for (const image of images.filter(({ path }) => path.length > 0)) {
    const key = beforeImageKey(image);
    if (seen.has(key)) continue;
    seen.add(key);
    if (image.unconfirmed && !holds(object, { path: image.path, value: image.after })) continue;
    target = image.before.present
      ? withValueAt(target, image.path, image.before.value)
      : withoutLeaf(target, image.path, image.before.absentFrom);
  }
  return wasAbsent(images) ? withoutCreated(target, images) : target;
}

/** Of an object that we made, takes out what is still as we made it. */
function withoutCreated(object: JsonObject, images: readonly BeforeImage[]): JsonObject {
  const created = images.find(({ path }) => path.length === 0)?.after;
  const leaves = isJsonObject(created) ? leavesOf(contentOf(created)) : [];
  return leaves
    .filter((leaf) => holds(object, leaf))
    .reduce((target, { path }) => withoutLeaf(target, path, 0), object);
}

function contentOf(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !notContent.includes(key)));
}

/** Removes the leaf, then its parents below `absentFrom` that hold nothing any more. */
function withoutLeaf(object: JsonObject, path: readonly string[], absentFrom: number): JsonObject {
  let target = withValueAt(object, path, undefined);
  for (let depth = path.length - 1; depth > absentFrom; depth -= 1) {
    const parent = path.slice(0, depth);
    const value = valueAt(target, parent);
    if (!isJsonObject(value) || Object.keys(value).length > 0) break;
    target = withValueAt(target, parent, undefined);
  }
  return target;
}

function holdsNothing(value: Json): boolean {
  return isJsonObject(value) && Object.values(value).every(holdsNothing);
}
