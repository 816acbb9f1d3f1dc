import type { ManagedClusterFacts } from '../procedure/facts.ts';
import type { ApiOptions } from './api.ts';
import type { Cluster, ClusterAccess } from './cluster.ts';
import type { ConnectedCluster } from './connect.ts';
import { createConnectionPool, type Opened } from './connection-pool.ts';

/** Where kubeconfigs and tokens come from. */
export interface ConnectionPorts {
  userKubeconfig(cluster: ManagedClusterFacts): Promise<string>;
  adminKubeconfig(cluster: ManagedClusterFacts): Promise<string>;
  /** A token of the app's identity for the scope. */
  token(scope: string): Promise<AccessToken | null>;
  /** Opens a connection; `connectCluster` by default, loaded with the first one. */
  connect?: (access: ClusterAccess, options: ApiOptions) => ConnectedCluster;
  options?: ApiOptions;
  /** Milliseconds since 1970 on this machine's clock, which tokens go by. */
  now?: () => number;
}

interface AccessToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresOnTimestamp: number;
}

/** Every connection to a cluster that this process has. Credentials live here and nowhere else. */
export interface Connections {
  /** Does `work` on the cluster, for at most 15 minutes on one connection; see `ConnectionPool.use`. */
  withCluster<T>(
    facts: ManagedClusterFacts,
    settings: AccessSettings,
    work: (cluster: Cluster) => Promise<T>,
  ): Promise<T>;
  /** Closes every connection, each when its work is done. */
  close(): Promise<void>;
}

export interface AccessSettings {
  /** Whether the administrator's kubeconfig may be used where there is no other way in. */
  allowLocalAdmin: boolean;
}

const longestLifeMilliseconds = 15 * 60_000;
/** A token is not used in its last moments: what begins with it has to end with it. */
const tokenMarginMilliseconds = 2 * 60_000;

/** Wall time without a jump: tokens go by it, whatever the time of a run. */
const wallClock = () => performance.timeOrigin + performance.now();

export function createConnections(ports: ConnectionPorts): Connections {
  const { now = wallClock } = ports;
  const cache = createConnectionPool(now);
  return {
    withCluster(facts, settings, work) {
      // A run that may use the administrator's account must not open the door for one that may not.
      const key = `${facts.resourceUid} ${settings.allowLocalAdmin}`;
      return cache.use(key, () => open(ports, facts, settings, now()), work);
    },
    close: () => cache.close(),
  };
}

/** Signs in and connects. The client's library is loaded with the first connection. */
async function open(
  ports: ConnectionPorts,
  facts: ManagedClusterFacts,
  settings: AccessSettings,
  now: number,
): Promise<Opened> {
  const { accessRoute, certificateAccess, clusterTokenScope, tokenAccess } = await import('./access.ts');
  const connect = ports.connect ?? (await import('./connect.ts')).connectCluster;
  const { options = {} } = ports;
  const route = accessRoute(facts, settings);
  const latest = now + longestLifeMilliseconds;
  if (route === 'token') {
    const [kubeconfig, { token, expiresOnTimestamp }] = await Promise.all([
      ports.userKubeconfig(facts),
      tokenOf(ports, clusterTokenScope),
    ]);
    const expiresAt = Math.min(latest, expiresOnTimestamp - tokenMarginMilliseconds);
    return { cluster: connect(tokenAccess(kubeconfig, token), options), expiresAt };
  }
  const kubeconfig = await (route === 'user-certificate' ? ports.userKubeconfig(facts) : ports.adminKubeconfig(facts));
  return { cluster: connect(certificateAccess(kubeconfig), options), expiresAt: latest };
}

async function tokenOf(ports: ConnectionPorts, scope: string): Promise<AccessToken> {
  const found = await ports.token(scope).catch((error: unknown) => {
    // What the identity library says quotes the answer of the sign-in; its kind is enough.
    throw new Error(`There is no token for the cluster: ${error instanceof Error ? error.name : 'unknown error'}.`);
  });
  if (!found) throw new Error('There is no token for the cluster: the identity returned none.');
  return found;
}
