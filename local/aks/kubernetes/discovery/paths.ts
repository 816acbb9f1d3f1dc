import type { Answer } from '../call.ts';
import { json } from '../call.ts';
import type { Registry } from '../resources/registry.ts';
import type { KubernetesVersion } from '../version.ts';
import { isAtLeast } from '../version.ts';
import { aggregatedDiscovery, apiGroup, groupList, groupNames, resourceList } from './discovery.ts';
import { openApiPath } from './openapi.ts';

const healthPaths = new Set(['/healthz', '/readyz', '/livez']);

export interface PathRequest {
  path: string;
  query: URLSearchParams;
  accept: string;
}

/** Answers to what is no resource: discovery, version, health, OpenAPI; undefined where there is nothing. */
export function answerPath(request: PathRequest, registry: Registry, version: KubernetesVersion): Answer | undefined {
  const { path } = request;
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  const resources = registry.all();
  if (healthPaths.has(trimmed)) return health(trimmed, request.query);
  if (trimmed === '/version') return json(200, versionBody(version));
  if (trimmed.startsWith('/openapi/')) return openApiPath(trimmed, request.accept, resources, version);
  if (trimmed === '/') return json(200, { paths: rootPaths(registry) });
  const aggregated = aggregatedVersion(request.accept, version);
  if (aggregated !== undefined && (trimmed === '/api' || trimmed === '/apis')) {
    const groups = trimmed === '/api' ? [''] : groupNames(resources);
    const contentType = `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`;
    return { ...json(200, aggregatedDiscovery(resources, groups, aggregated)), contentType };
  }
  if (trimmed === '/api') return json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  if (trimmed === '/apis') return json(200, groupList(resources));
  return groupPath(trimmed.split('/').slice(1), registry);
}

function groupPath(segments: readonly string[], registry: Registry): Answer | undefined {
  const [root, first = '', second] = segments;
  const group = root === 'api' ? '' : first;
  const version = root === 'api' ? first : second;
  const served = registry.all().filter((resource) => resource.group === group);
  if (served.length === 0 || (root !== 'api' && root !== 'apis')) return undefined;
  if (version === undefined) return json(200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(served, group) });
  const rows = served.filter((resource) => resource.version === version);
  if (rows.length === 0) return undefined;
  return json(200, resourceList(rows, group === '' ? version : `${group}/${version}`));
}

/** Aggregated discovery came with 1.26 (v2beta1) and 1.30 (v2). */
function aggregatedVersion(accept: string, version: KubernetesVersion): string | undefined {
  const known = [...(isAtLeast(version, 30) ? ['v2'] : []), ...(isAtLeast(version, 26) ? ['v2beta1'] : [])];
  return known.find((candidate) => accept.includes(`v=${candidate};as=APIGroupDiscoveryList`));
}

function health(path: string, query: URLSearchParams): Answer {
  const checks = ['ping', 'log', 'etcd'].map((check) => `[+]${check} ok`);
  const body = query.has('verbose') ? `${checks.join('\n')}\n${path.slice(1)} check passed\n` : 'ok';
  return { code: 200, body, contentType: 'text/plain; charset=utf-8' };
}

function versionBody(version: KubernetesVersion): unknown {
  return {
    major: version.major,
    minor: version.minor,
    gitVersion: version.gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'go1.25.0',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

function rootPaths(registry: Registry): string[] {
  const groups = registry
    .all()
    .flatMap(({ group, version }) =>
      group === '' ? ['/api', `/api/${version}`] : ['/apis', `/apis/${group}`, `/apis/${group}/${version}`],
    );
  return [...new Set([...groups, ...healthPaths, '/openapi/v2', '/openapi/v3', '/version'])].sort();
}
