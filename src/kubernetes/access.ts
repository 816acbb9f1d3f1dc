import { KubeConfig } from '@kubernetes/client-node';
import type { ManagedClusterFacts } from '../procedure/facts.ts';
import { Failure, reason } from '../reasons.ts';
import type { ClusterAccess } from './cluster.ts';

/** The scope of a token for an AKS cluster's API: Azure Kubernetes Service AAD Server. */
export const clusterTokenScope = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';

/** Which way into a cluster is taken (azure.md d3). */
export type AccessRoute = 'token' | 'user-certificate' | 'administrator-certificate';

type AccessFacts = Pick<ManagedClusterFacts, 'entra' | 'azureRbac' | 'localAccountsDisabled'>;

/** The way in for these facts; `NO_CREDENTIAL` where there is none. */
export function accessRoute(facts: AccessFacts, settings: { allowLocalAdmin: boolean }): AccessRoute {
  const { entra, azureRbac, localAccountsDisabled } = facts;
  if (entra && azureRbac) return 'token';
  if (!entra && !localAccountsDisabled) return 'user-certificate';
  if (!entra) throw noCredential('the cluster has neither Entra sign-in nor local accounts');
  // Whether the cluster's own role bindings let the identity in, only the cluster can say.
  if (localAccountsDisabled) return 'token';
  if (settings.allowLocalAdmin) return 'administrator-certificate';
  throw noCredential('the cluster uses Entra without Azure RBAC, and its administrator account may not be used');
}

/** Server and authority of a kubeconfig, with a token instead of its user: its exec plugin never runs. */
export function tokenAccess(kubeconfig: string, token: string): ClusterAccess {
  return { ...parse(kubeconfig).place, credential: { kind: 'token', token } };
}

/** The kubeconfig as it is, with its user's certificate or token. */
export function certificateAccess(kubeconfig: string): ClusterAccess {
  const { place, config } = parse(kubeconfig);
  const user = config.getCurrentUser();
  if (user?.certData && user.keyData) {
    const credential = { kind: 'certificate' as const, certificate: decode(user.certData), key: decode(user.keyData) };
    return { ...place, credential };
  }
  if (user?.token) return { ...place, credential: { kind: 'token', token: user.token } };
  throw noCredential('its kubeconfig holds neither certificate nor token');
}

function parse(kubeconfig: string): { config: KubeConfig; place: Omit<ClusterAccess, 'credential'> } {
  const config = load(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server.startsWith('https://')) throw noCredential('its kubeconfig names no https server');
  return {
    config,
    place: { server: cluster.server, certificateAuthority: cluster.caData ? decode(cluster.caData) : undefined },
  };
}

function load(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(kubeconfig);
  } catch {
    // The parser's own error quotes the text, keys and all.
    throw noCredential('its kubeconfig cannot be read');
  }
  return config;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function noCredential(why: string): Failure {
  return new Failure('permanent', reason('NO_CREDENTIAL', { why }));
}
