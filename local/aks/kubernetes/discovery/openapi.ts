import { createHash } from 'node:crypto';
import type { Answer } from '../call.ts';
import { json } from '../call.ts';
import type { JsonObject } from '../objects.ts';
import { openApiDocument, openApiProtobuf } from './openapi-protobuf.ts';
import type { Resource } from '../resources/resource.ts';
import { groupVersion } from '../resources/resource.ts';
import type { KubernetesVersion } from '../version.ts';
import { isAtLeast } from '../version.ts';

/**
 * As much OpenAPI as kubectl needs to find out that dry runs and field validation are the server's:
 * paths with their group, version and kind, and the parameters of a patch; no schemas.
 */
export function openApiPath(
  path: string,
  accept: string,
  resources: readonly Resource[],
  version: KubernetesVersion,
): Answer | undefined {
  const info = { title: 'Kubernetes', version: version.gitVersion };
  const names = parameterNames(version);
  const parameters = names.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } }));
  if (path === '/openapi/v2' && accept.includes(openApiProtobuf)) {
    // The name that is asked for is no valid media type: the real server answers with a dot, too.
    const patches = resources.map((resource) => ({ path: itemPath(resource), resource }));
    return {
      code: 200,
      body: openApiDocument(info.version, patches, names),
      contentType: openApiProtobuf.replace('@', '.'),
    };
  }
  if (path === '/openapi/v2') {
    return json(200, { swagger: '2.0', info, paths: pathItems(resources, parameters), definitions: {} });
  }
  if (!isAtLeast(version, 24)) return undefined;
  const root = '/openapi/v3';
  const rows = (at: string) => resources.filter((resource) => pathOf(resource) === at);
  if (path === root) {
    const entries = [...new Set(resources.map(pathOf))].map((at) => {
      const hash = createHash('sha256')
        .update(JSON.stringify(rows(at)))
        .digest('hex');
      return [at, { serverRelativeURL: `${root}/${at}?hash=${hash}` }] as const;
    });
    return json(200, { paths: Object.fromEntries(entries) });
  }
  const found = rows(path.slice(root.length + 1));
  if (found.length === 0) return undefined;
  return json(200, { openapi: '3.0.0', info, paths: pathItems(found, parameters), components: { schemas: {} } });
}

function pathOf(resource: Resource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${groupVersion(resource)}`;
}

function parameterNames(version: KubernetesVersion): string[] {
  return ['dryRun', ...(isAtLeast(version, 25) ? ['fieldValidation'] : [])];
}

function itemPath(resource: Resource): string {
  const scope = resource.namespaced ? '/namespaces/{namespace}' : '';
  return `/${pathOf(resource)}${scope}/${resource.plural}/{name}`;
}

function pathItems(resources: readonly Resource[], parameters: JsonObject[]): JsonObject {
  const items = resources.map((resource) => {
    const { group, version, kind } = resource;
    const operation = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } };
    const patch = { ...operation, 'x-kubernetes-action': 'patch', responses: { 200: { description: 'OK' } } };
    return [itemPath(resource), { patch }] as const;
  });
  return Object.fromEntries(items);
}
