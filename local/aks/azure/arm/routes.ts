import { ArmError } from './errors.ts';
import { certificateKubeconfig, entraKubeconfig } from './kubeconfig.ts';
import type { KubeconfigTarget } from './kubeconfig.ts';
import type { Accepted, Clusters, RunningCluster } from './clusters.ts';
import type { Operation } from './operations.ts';
import type { ClusterAddress, ManagedCluster } from './resource.ts';
import type { ServerAnswer } from '../server.ts';

/** One call to ARM, authenticated and with a good api-version. */
export interface Call {
  subscriptionId: string;
  /** The path's parameters, as they were written. */
  resourceGroup: string;
  name: string;
  query: URLSearchParams;
  body(): unknown;
  /** ARM's own address, for the absolute URLs in headers and pages. */
  armUrl: string;
  path: string;
  apiVersion: string;
  tenantId: string;
  pageSize: number;
}

export interface Route {
  method: string;
  pattern: RegExp;
  /** What a role must allow. */
  action: string;
  handle(call: Call, clusters: Clusters): ServerAnswer | Promise<ServerAnswer>;
}

const group = String.raw`/resourceGroups/(?<resourceGroup>[\w().-]{1,90})`;
const provider = '/providers/Microsoft.ContainerService';
const type = 'Microsoft.ContainerService/managedClusters';
const name = '(?<name>[a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)';
const cluster = `${group}${provider}/managedClusters/${name}`;

function below(path: string): RegExp {
  return new RegExp(`^/subscriptions/(?<subscriptionId>[^/]+)${path}/?$`, 'i');
}

export const routes: readonly Route[] = [
  {
    method: 'PUT',
    pattern: below(cluster),
    action: `${type}/write`,
    handle: (call, clusters) => written(call, clusters.put(call, call.body())),
  },
  {
    method: 'PATCH',
    pattern: below(cluster),
    action: `${type}/write`,
    handle: (call, clusters) => written(call, clusters.patchTags(call, call.body())),
  },
  {
    method: 'GET',
    pattern: below(cluster),
    action: `${type}/read`,
    handle: (call, clusters) => ({ status: 200, body: clusters.get(call) }),
  },
  {
    method: 'DELETE',
    pattern: below(cluster),
    action: `${type}/delete`,
    handle: (call, clusters) => removed(call, clusters.remove(call)),
  },
  {
    method: 'GET',
    pattern: below(`${group}${provider}/managedClusters`),
    action: `${type}/read`,
    handle: (call, clusters) => page(call, clusters.list(call.subscriptionId, call.resourceGroup)),
  },
  {
    method: 'GET',
    pattern: below(`${provider}/managedClusters`),
    action: `${type}/read`,
    handle: (call, clusters) => page(call, clusters.list(call.subscriptionId)),
  },
  {
    method: 'POST',
    pattern: below(`${cluster}/listClusterAdminCredential`),
    action: `${type}/listClusterAdminCredential/action`,
    handle: adminCredential,
  },
  {
    method: 'POST',
    pattern: below(`${cluster}/listClusterUserCredential`),
    action: `${type}/listClusterUserCredential/action`,
    handle: userCredential,
  },
  {
    method: 'GET',
    pattern: below(`${provider}/locations/[^/]+/operations/${name}`),
    action: 'Microsoft.ContainerService/locations/operations/read',
    handle: (call, clusters) => ({ status: 200, body: operationOf(call, clusters) }),
  },
  {
    method: 'GET',
    pattern: below(`${provider}/locations/[^/]+/operationresults/${name}`),
    action: 'Microsoft.ContainerService/locations/operationresults/read',
    handle: operationResult,
  },
];

function written(call: Call, { cluster, existing, operation }: Accepted): ServerAnswer {
  return { status: existing ? 200 : 201, headers: operationHeaders(call, operation, cluster.location), body: cluster };
}

function removed(call: Call, operation: Operation | undefined): ServerAnswer {
  if (!operation) return { status: 204 };
  return { status: 202, headers: operationHeaders(call, operation, 'global') };
}

function operationHeaders(call: Call, operation: Operation, location: string): Record<string, string> {
  const url = (kind: string) =>
    `${call.armUrl}/subscriptions/${call.subscriptionId}${provider}/locations/${location}/${kind}/${operation.name}?api-version=${call.apiVersion}`;
  return { 'Azure-AsyncOperation': url('operations'), Location: url('operationresults') };
}

function operationOf(call: Call, clusters: Clusters): Operation {
  const operation = clusters.operations.find(call.name);
  if (operation) return operation;
  throw new ArmError(404, 'NotFound', `The operation '${call.name}' could not be found.`);
}

function operationResult(call: Call, clusters: Clusters): ServerAnswer {
  const { status } = operationOf(call, clusters);
  if (status !== 'InProgress') return { status: 204 };
  return { status: 202, headers: { Location: `${call.armUrl}${call.path}?api-version=${call.apiVersion}` } };
}

function page(call: Call, all: ManagedCluster[]): ServerAnswer {
  const start = Number(call.query.get('$skiptoken') ?? 0);
  if (!Number.isSafeInteger(start) || start < 0)
    throw new ArmError(400, 'InvalidSkipToken', 'The $skiptoken is not one of ours.');
  const end = start + call.pageSize;
  const next = `${call.armUrl}${call.path}?api-version=${call.apiVersion}&%24skiptoken=${end}`;
  return { status: 200, body: { value: all.slice(start, end), ...(end < all.length ? { nextLink: next } : {}) } };
}

async function adminCredential(call: Call, clusters: Clusters): Promise<ServerAnswer> {
  const { name, properties } = clusters.get(call);
  if (properties.disableLocalAccounts) throw localAccountsAreOff();
  const running = await clusters.running(call);
  return credentials(
    'clusterAdmin',
    certificateKubeconfig(target(call, name, running), 'clusterAdmin', running.localAccount),
  );
}

async function userCredential(call: Call, clusters: Clusters): Promise<ServerAnswer> {
  const { name, properties } = clusters.get(call);
  const running = await clusters.running(call);
  if (properties.aadProfile) {
    const format = call.query.get('format') === 'azure' ? 'azure' : 'exec';
    return credentials('clusterUser', entraKubeconfig(target(call, name, running), call.tenantId, format));
  }
  return credentials(
    'clusterUser',
    certificateKubeconfig(target(call, name, running), 'clusterUser', running.localAccount),
  );
}

function target(address: ClusterAddress, name: string, running: RunningCluster): KubeconfigTarget {
  return { cluster: name, resourceGroup: address.resourceGroup, server: running.server, authority: running.authority };
}

function credentials(role: string, kubeconfig: string): ServerAnswer {
  return { status: 200, body: { kubeconfigs: [{ name: role, value: Buffer.from(kubeconfig).toString('base64') }] } };
}

function localAccountsAreOff(): ArmError {
  return new ArmError(
    400,
    'BadRequest',
    "Getting static credential isn't allowed because this cluster is set to disable local accounts.",
  );
}
