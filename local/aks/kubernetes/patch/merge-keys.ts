import type { Json } from '../objects.ts';
import { isObject } from '../objects.ts';

/** Lists without a strategy are replaced; sets are united; others are merged by the key of their items. */
export type ListStrategy = 'replace' | 'set' | { key: string; field: string };

/** The `patchMergeKey` of the built-in kinds' lists, by the field's name (k8s.io/api, struct tags). */
const mergeKeys: { [field: string]: string } = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  secrets: 'name',
  resourceClaims: 'name',
  schedulingGates: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  addresses: 'type',
  ownerReferences: 'uid',
  podIPs: 'ip',
};

const sets = new Set(['finalizers', 'podCIDRs']);

/** A container's ports are known by `containerPort`, a service's by `port`. */
function portKey(items: readonly Json[]): string {
  return items.some((item) => isObject(item) && item['containerPort'] !== undefined) ? 'containerPort' : 'port';
}

export function listStrategy(parent: string, field: string, items: readonly Json[]): ListStrategy {
  if (sets.has(field)) return 'set';
  if (field === 'ports' && parent !== 'subsets') return { key: portKey(items), field };
  const key = mergeKeys[field];
  return key === undefined ? 'replace' : { key, field };
}

/** Lists of things of which only one kind of content may be set. */
export function retainsKeys(field: string): boolean {
  return field === 'volumes' || field === 'resourceClaims';
}
