import type { AppliedChange, Change } from '../../procedure/plan.ts';
import type { Api } from '../api.ts';
import type { WriteGuard } from '../cluster.ts';
import { create } from './create.ts';
import { deletePods } from './delete-pods.ts';
import { merge } from './merge.ts';
import { restore } from './restore.ts';

export async function applyChange(api: Api, change: Change, guard: WriteGuard): Promise<AppliedChange> {
  switch (change.kind) {
    case 'merge':
      return merge(api, change.object, change.patch, guard);
    case 'apply':
      return create(api, change.object, change.body, guard);
    case 'restore':
      return restore(api, change.object, change.images);
    case 'delete-pods':
      return deletePods(api, change, guard.stepStartedAt);
  }
}
