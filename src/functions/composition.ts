import type { DurableClient } from 'durable-functions';
import type { ResourceManager } from '../azure/resource-manager.ts';
import type { NoticeLog } from '../notices/topic-notices.ts';
import type { Ports } from '../orchestration/ports.ts';
import type { RunSettings } from '../procedure/plan.ts';
import type { Records } from '../records/records.ts';
import type { Settings } from '../settings.ts';
import { liveRun } from './instances.ts';

/** The ports of the app, put together on first use: the SDKs are not loaded by a request that does not need them. */
export interface Composition {
  runSettings: RunSettings;
  records(): Promise<Records>;
  resourceManager(): Promise<ResourceManager>;
  ports(client: DurableClient, log: NoticeLog): Promise<Ports>;
}

/** Loads once; what failed is tried again by the next call. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

function runSettingsOf(settings: Settings): RunSettings {
  return {
    kubeletWaitSeconds: settings.KUBELET_WAIT_SECONDS,
    newClusterWindowSeconds: settings.NEW_CLUSTER_WINDOW_HOURS * 3600,
    settleSeconds: settings.SETTLE_MINUTES * 60,
    allowLocalAdmin: settings.ALLOW_LOCAL_ADMIN,
    kubeProxyWatchSeconds: settings.KUBE_PROXY_WATCH_SECONDS,
  };
}

export function compose(settings: Settings): Composition {
  const identity = once(async () => {
    const { createIdentity } = await import('../azure/identity.ts');
    return createIdentity({ clientId: settings.AZURE_CLIENT_ID });
  });
  const records = once(async () => {
    const { createRecords } = await import('../records/table-records.ts');
    const created = createRecords({ endpoint: settings.TABLE_ENDPOINT, credential: await identity() });
    await created.prepare();
    return created;
  });
  const resourceManager = once(async () => {
    const { createResourceManager } = await import('../azure/arm-resource-manager.ts');
    const { watchful } = await import('../azure/same-cluster.ts');
    const endpoint = settings.AZURE_RESOURCE_MANAGER_ENDPOINT;
    return watchful(createResourceManager({ credential: await identity(), endpoint }));
  });
  const connections = once(async () => {
    const { createConnections } = await import('../kubernetes/connection-cache.ts');
    const [manager, credential] = await Promise.all([resourceManager(), identity()]);
    return createConnections({
      async userKubeconfig(cluster) {
        await manager.requireSame(cluster);
        return manager.userKubeconfig(cluster);
      },
      async adminKubeconfig(cluster) {
        await manager.requireSame(cluster);
        return manager.adminKubeconfig(cluster);
      },
      token: async (scope) => credential.getToken(scope),
    });
  });
  return {
    runSettings: runSettingsOf(settings),
    records,
    resourceManager,
    async ports(client, log) {
      return {
        resourceManager: await resourceManager(),
        records: await records(),
        // Loaded by the first activity that needs them: a duplicate event never does.
        withCluster: async (azure, wanted, work) => (await connections()).withCluster(azure, wanted, work),
        notices: {
          async runFinished(run) {
            const { createNotices } = await import('../notices/topic-notices.ts');
            const topicEndpoint = settings.EVENTGRID_TOPIC_ENDPOINT;
            await createNotices({ topicEndpoint, credential: await identity(), log }).runFinished(run);
          },
        },
        isRunning: async (instanceId) => (await liveRun(client, instanceId)) !== undefined,
      };
    },
  };
}
