import type { JsonObject } from '../objects.ts';
import { defined } from '../objects.ts';
import type { Resource } from '../resources/resource.ts';
import { groupVersion } from '../resources/resource.ts';

const builtInVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

function verbsOf(resource: Resource): string[] {
  return resource.custom === undefined ? builtInVerbs : customVerbs;
}

export function subresourceVerbs(subresource: string): string[] {
  if (subresource === 'log') return ['get'];
  return subresource === 'finalize' ? ['update'] : ['get', 'patch', 'update'];
}

/** `/api/v1` and `/apis/<group>/<version>`: an APIResourceList. */
export function resourceList(resources: readonly Resource[], version: string): JsonObject {
  const rows = resources.flatMap((resource) => [
    defined({
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: verbsOf(resource),
      shortNames: resource.shortNames.length > 0 ? [...resource.shortNames] : undefined,
      categories: resource.categories.length > 0 ? [...resource.categories] : undefined,
    }),
    ...resource.subresources.map((subresource) => ({
      name: `${resource.plural}/${subresource}`,
      singularName: '',
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: subresourceVerbs(subresource),
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources: rows };
}

/** The groups but the core, in the order first served. */
export function groupNames(resources: readonly Resource[]): string[] {
  return [...new Set(resources.map((resource) => resource.group))].filter((group) => group !== '');
}

/** Newest stable version first (version priority: v2, v1, v1beta1). */
function versionsOf(resources: readonly Resource[], group: string): string[] {
  const versions = new Set(resources.filter((resource) => resource.group === group).map((row) => row.version));
  const rank = (version: string): [number, number] => {
    const parts = /^v(?<major>\d+)(?<stage>alpha|beta)?/.exec(version)?.groups;
    const stage = parts?.['stage'] === undefined ? 2 : parts['stage'] === 'beta' ? 1 : 0;
    return [stage, Number(parts?.['major'] ?? 0)];
  };
  return [...versions].sort((left, right) => {
    const [stage, major] = rank(left);
    const [otherStage, otherMajor] = rank(right);
    return otherStage - stage || otherMajor - major || left.localeCompare(right);
  });
}

export function apiGroup(resources: readonly Resource[], name: string): JsonObject {
  const versions = versionsOf(resources, name).map((version) => ({
    groupVersion: groupVersion({ group: name, version }),
    version,
  }));
  return { name, versions, preferredVersion: versions[0] ?? {} };
}

export function groupList(resources: readonly Resource[]): JsonObject {
  const groups = groupNames(resources).map((name) => apiGroup(resources, name));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** APIGroupDiscoveryList (apidiscovery.k8s.io/v2): all of a root in one answer. */
export function aggregatedDiscovery(
  resources: readonly Resource[],
  groups: readonly string[],
  version: string,
): JsonObject {
  const items = groups.map((group) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versionsOf(resources, group).map((served) => ({
      version: served,
      resources: resources.filter((row) => row.group === group && row.version === served).map(discovered),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function discovered(resource: Resource): JsonObject {
  const { group, version, kind } = resource;
  const responseKind = { group, version, kind };
  return defined({
    resource: resource.plural,
    responseKind,
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: verbsOf(resource),
    shortNames: resource.shortNames.length > 0 ? [...resource.shortNames] : undefined,
    categories: resource.categories.length > 0 ? [...resource.categories] : undefined,
    subresources:
      resource.subresources.length === 0
        ? undefined
        : resource.subresources.map((subresource) => ({
            subresource,
            responseKind,
            verbs: subresourceVerbs(subresource),
          })),
  });
}
