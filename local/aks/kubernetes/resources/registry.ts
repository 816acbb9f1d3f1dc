import type { Store } from '../store/store.ts';
import { builtIn } from './built-in.ts';
import { customResources } from './custom.ts';
import type { Resource } from './resource.ts';
import { groupVersion } from './resource.ts';

/** What is served right now: the built-in resources, and those of every CustomResourceDefinition in the store. */
export interface Registry {
  find(group: string, version: string, plural: string): Resource | undefined;
  /** Any version of it. */
  ofKind(apiVersion: string, kind: string): Resource | undefined;
  all(): readonly Resource[];
}

const definitions = 'apiextensions.k8s.io/customresourcedefinitions';

export function createRegistry(store: Store): Registry {
  let served: readonly Resource[] = builtIn;
  store.onWrite((bucket) => {
    if (bucket !== definitions) return;
    served = [...builtIn, ...store.list(definitions).flatMap((stored) => customResources(stored.object))];
  });
  return {
    find: (group, version, plural) =>
      served.find((row) => row.plural === plural && row.group === group && row.version === version),
    ofKind: (apiVersion, kind) => served.find((row) => row.kind === kind && groupVersion(row) === apiVersion),
    all: () => served,
  };
}
