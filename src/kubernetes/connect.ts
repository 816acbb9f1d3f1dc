import { connectApi, type ApiOptions } from './api.ts';
import { applyChange } from './changes/apply.ts';
import type { Cluster, ClusterAccess } from './cluster.ts';
import { nodeLogs } from './node-logs.ts';
import { survey } from './survey.ts';

/** A cluster whose sockets have to be closed. */
export interface ConnectedCluster extends Cluster {
  /** Lets requests under way finish, then closes the sockets. */
  close(): Promise<void>;
}

/** Connects on the first request, not before. Throws `Unauthenticated` besides what `Cluster` says. */
export function connectCluster(access: ClusterAccess, options: ApiOptions = {}): ConnectedCluster {
  const api = connectApi(access, options);
  return {
    survey: (only) => survey(api, only),
    apply: (change, guard) => applyChange(api, change, guard),
    nodeLogs: (since, nodes) => nodeLogs(api, since, nodes),
    close: () => api.close(),
  };
}
