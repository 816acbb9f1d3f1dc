import type { Clock } from '../../clock.ts';
import type { KubernetesObject } from './objects.ts';
import { objectAt, textAt } from './objects.ts';
import type { Resource } from './resources/resource.ts';
import { bucketOf } from './resources/resource.ts';
import { conflict } from './status.ts';
import type { Store, Stored } from './store/store.ts';
import { rfc3339 } from './time.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface Removal {
  resource: Resource;
  stored: Stored;
  /** Seconds; only pods wait. */
  gracePeriodSeconds: number | undefined;
  propagation: Propagation;
  preconditions: { uid: string; resourceVersion: string };
  dryRun: boolean;
}

export interface Removed {
  stored: Stored;
  /** False: it is marked, and goes when its finalizers or its kubelet let it. */
  gone: boolean;
}

const finalizerOf: { [propagation: string]: string } = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

export interface ObjectRemover {
  remove(removal: Removal): Removed;
}

export function createObjectRemover(store: Store, clock: Clock): ObjectRemover {
  function marked(object: KubernetesObject, graceSeconds: number, finalizer: string | undefined): KubernetesObject {
    const { metadata } = object;
    const now = clock.now().getTime();
    const finalizers = [...(metadata.finalizers ?? [])];
    if (finalizer !== undefined && !finalizers.includes(finalizer)) finalizers.push(finalizer);
    const first = metadata.deletionTimestamp === undefined;
    const shorter = !first && graceSeconds < (metadata.deletionGracePeriodSeconds ?? 0);
    const deadline = {
      deletionTimestamp: rfc3339(new Date(now + graceSeconds * 1000)),
      deletionGracePeriodSeconds: graceSeconds,
    };
    const generation = first && metadata.generation !== undefined ? { generation: metadata.generation + 1 } : {};
    return {
      ...object,
      metadata: {
        ...metadata,
        ...(first || shorter ? deadline : {}),
        ...generation,
        ...(finalizers.length > 0 ? { finalizers } : {}),
      },
    };
  }

  return {
    remove(removal) {
      const { resource, stored, dryRun } = removal;
      checkPreconditions(removal);
      const bucket = bucketOf(resource);
      const { object } = stored;
      const finalizer = finalizerOf[removal.propagation];
      const graceSeconds = graceOf(removal);
      const waits = graceSeconds > 0 || finalizer !== undefined || (object.metadata.finalizers ?? []).length > 0;
      if (resource.kind === 'Namespace') {
        const status = { ...objectAt(object, 'status'), phase: 'Terminating' };
        const next = { ...marked(object, 0, finalizer), status };
        if (object.metadata.deletionTimestamp !== undefined || dryRun) return { stored, gone: false };
        return { stored: store.put(bucket, next), gone: false };
      }
      if (!waits) return { stored: dryRun ? stored : store.remove(bucket, object), gone: true };
      const next = marked(object, graceSeconds, finalizer);
      const same = JSON.stringify(next.metadata) === JSON.stringify(object.metadata);
      return { stored: dryRun || same ? stored : store.put(bucket, next), gone: false };
    },
  };
}

/** A pod that runs on a node is given time, which its kubelet ends; others go at once. */
function graceOf({ resource, stored, gracePeriodSeconds }: Removal): number {
  if (resource.kind !== 'Pod') return 0;
  const spec = objectAt(stored.object, 'spec');
  const phase = textAt(objectAt(stored.object, 'status'), 'phase');
  if (textAt(spec, 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  return gracePeriodSeconds ?? Number(spec['terminationGracePeriodSeconds'] ?? 30);
}

function checkPreconditions({ resource, stored, preconditions }: Removal): void {
  const { name, uid, resourceVersion } = stored.object.metadata;
  if (preconditions.uid !== '' && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(resource, name, why);
  }
  if (preconditions.resourceVersion !== '' && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(resource, name, why);
  }
}
