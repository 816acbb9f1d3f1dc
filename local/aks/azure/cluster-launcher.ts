import type { Clock } from '../../clock.ts';
import { NodeBehaviours } from '../actors/behaviours.ts';
import { machinesOf } from '../cluster/machines.ts';
import { startCluster } from '../cluster/start.ts';
import type { RunningCluster as Actors } from '../cluster/start.ts';
import { createApiServer } from '../kubernetes/api-server.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import type { User } from '../kubernetes/authentication.ts';
import type { RequestInfo } from '../kubernetes/request-info.ts';
import type { RequestLog } from '../kubernetes/request-log.ts';
import type { RunningCluster } from './arm/clusters.ts';
import { subscriptionOf } from './arm/resource.ts';
import type { ManagedCluster } from './arm/resource.ts';
import { releaseOf } from './arm/versions.ts';
import { createCertificateAuthority } from './certificates.ts';
import type { KeyPair } from './certificates.ts';
import { apiServerName } from './cluster-names.ts';
import { profileOf } from './cluster-variant.ts';
import type { ClusterVariant } from './cluster-variant.ts';
import { kubernetesServerApplication } from './tokens.ts';
import type { TokenIssuer } from './tokens.ts';

/** What an Entra identity wants to do in a cluster with Azure RBAC. */
export interface KubernetesAccess {
  objectId: string;
  cluster: string;
  attributes: RequestInfo;
}

/** A simulated cluster, for tests and the console to look into. */
export interface SimulatedCluster extends RunningCluster {
  apiServer: ApiServer;
  /** What lives in it: its nodes' behaviours can be changed, its replaced pods are counted. */
  cluster: Actors;
  requests: RequestLog;
}

export interface LaunchOptions {
  clock: Clock;
  issuer: TokenIssuer;
  /** Decides where the cluster has Azure RBAC. */
  authorize(access: KubernetesAccess): boolean;
  variant: ClusterVariant;
  /** What an actor could not do. */
  log(message: string): void;
}

/** The user of AKS's local accounts. */
const localAccountName = 'masterclient';

/** Starts the Kubernetes API of a managed cluster and what lives in it; resolves when the API listens. */
export async function launchCluster(cluster: ManagedCluster, options: LaunchOptions): Promise<SimulatedCluster> {
  const { clock } = options;
  const { properties } = cluster;
  const [authority, host] = await Promise.all([createCertificateAuthority(), apiServerName(cluster)]);
  const masters = ['system:masters'];
  const [serverTls, kubeletTls, localAccount, actorsAccount] = await Promise.all([
    authority.server([host, 'localhost', '127.0.0.1', 'kubernetes', 'kubernetes.default.svc']),
    authority.server(['127.0.0.1', 'localhost']),
    authority.client(localAccountName, masters),
    authority.client('aksService', masters),
  ]);

  const apiServer = await createApiServer({
    clock,
    version: properties.currentKubernetesVersion,
    tls: { ...serverTls, clientCa: authority.cert },
    kubeletCa: authority.cert,
    ...(properties.aadProfile ? { authenticateToken: (token) => entraUser(token, options.issuer) } : {}),
    authorize: (user, attributes) => authorized(cluster, user, attributes, options),
  });
  const actors = await startActors(
    cluster,
    apiServer.url,
    { authority: authority.cert, kubeletTls, actorsAccount },
    options,
  ).catch(async (error: unknown) => {
    await apiServer.close();
    throw error;
  });
  return {
    server: `https://${host}:${new URL(apiServer.url).port}`,
    authority: authority.cert,
    localAccount,
    healthy: actors.healthy,
    apiServer,
    cluster: actors,
    requests: apiServer.requests,
    async stop() {
      await actors.stop();
      await apiServer.close();
    },
  };
}

async function startActors(
  { id, name, location, properties }: ManagedCluster,
  server: string,
  tls: { authority: string; kubeletTls: KeyPair; actorsAccount: KeyPair },
  { clock, variant, log }: LaunchOptions,
): Promise<Actors> {
  const profile = profileOf(releaseOf(properties.currentKubernetesVersion, name).profile, variant);
  const place = { subscriptionId: subscriptionOf(id), resourceGroup: properties.nodeResourceGroup, location };
  const pools = properties.agentPoolProfiles.map(({ name, count, vmSize }) => ({ name, count, vmSize, ...place }));
  const behaviours = new NodeBehaviours();
  const machines = machinesOf(profile, pools);
  for (const [index, list] of Object.entries(variant.behaviours ?? {})) {
    const machine = machines[Number(index)];
    if (!machine) throw new Error(`There is no node ${index} in ${name}: it has ${machines.length}, counted from 0.`);
    behaviours.set(machine.name, ...list);
  }
  const actors = await startCluster({
    server,
    ca: tls.authority,
    credentials: { certificate: tls.actorsAccount.cert, key: tls.actorsAccount.key },
    clock,
    profile,
    machines,
    behaviours,
    kubeletTls: tls.kubeletTls,
    ...variant.timing,
    ...(variant.addonManager ? { addonManager: variant.addonManager } : {}),
    onError: (error) => log(`${name}: ${error.message}`),
  });
  actors.operatorFaults.leaksGate = variant.leaksGate ?? false;
  return actors;
}

/** With Entra, a user's name in the cluster is the object id. */
function entraUser(token: string, issuer: TokenIssuer): User | undefined {
  const verdict = issuer.verify(token, [kubernetesServerApplication]);
  return verdict.ok ? { name: verdict.claims.oid, groups: verdict.claims.groups } : undefined;
}

function authorized(
  { id, properties }: ManagedCluster,
  user: User,
  attributes: RequestInfo,
  options: LaunchOptions,
): boolean | string {
  if (user.groups.includes('system:masters')) return true;
  const { enableAzureRBAC, adminGroupObjectIDs = [] } = properties.aadProfile ?? {};
  if (adminGroupObjectIDs.some((group) => user.groups.includes(group))) return true;
  if (!enableAzureRBAC) return false;
  const allowed = options.authorize({ objectId: user.name, cluster: id, attributes });
  return allowed || 'User does not have access to the resource in Azure. Update role assignment to allow access.';
}
