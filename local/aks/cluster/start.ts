import type { Clock } from '../../clock.ts';
import type { ActorContext } from '../actors/actor.ts';
import { runAddonManager } from '../actors/addon-manager.ts';
import { type ActorCredentials, ApiClient, ApiError } from '../actors/api-client.ts';
import { NodeBehaviours } from '../actors/behaviours.ts';
import { calicoNode } from '../actors/calico-node.ts';
import { runDaemonSetController } from '../actors/daemonset-controller.ts';
import { runDeploymentController } from '../actors/deployment-controller.ts';
import type { KubeletTls } from '../actors/kubelet-server.ts';
import { runKubelets } from '../actors/kubelet.ts';
import type { MachineProfile } from '../actors/node-object.ts';
import { type Condition, conditionStatus, type KubernetesObject } from '../actors/objects.ts';
import type { Programs } from '../actors/programs.ts';
import {
  customResourceDefinitions,
  daemonSets,
  deployments,
  installations,
  namespaces,
  pods,
  type Resource,
  services,
  tigeraStatuses,
} from '../actors/resources.ts';
import { type OperatorFaults, tigeraOperator } from '../actors/tigera-operator/operator.ts';
import { lonelyPool, machinesOf } from './machines.ts';
import { clusterObjects, serviceHost } from './objects.ts';
import { type ClusterProfile, clusterProfile, type ProfileName } from './profiles.ts';

export interface ClusterOptions {
  /** The API server's address, its authority (PEM), and who the actors are there. */
  server: string;
  ca: string;
  credentials: ActorCredentials;
  clock: Clock;
  profile: ProfileName | ClusterProfile;
  /** How many nodes, where `machines` are not given; 3 unless told. */
  nodes?: number;
  machines?: readonly MachineProfile[];
  behaviours?: NodeBehaviours;
  addonManager?: { kubeProxy: 'leave' | 'restore'; afterSeconds?: number };
  kubeletTls: KubeletTls;
  /** Seconds of cluster time; 10, 2 and 60 unless told: a pod of calico-node takes no less on a real node. */
  podStartSeconds?: number;
  podStopSeconds?: number;
  configMapRefreshSeconds?: number;
  /** Told of what an actor could not do; standard error unless told. */
  onError?: (error: Error) => void;
}

export interface RunningCluster {
  /** Resolves when Calico is available on all nodes for the first time. */
  healthy: Promise<void>;
  behaviours: NodeBehaviours;
  operatorFaults: OperatorFaults;
  /** How many pods of calico-node have ended so far, by rollouts and deletions. */
  podsReplaced(): number;
  stop(): Promise<void>;
}

/** Writes what AKS writes into a new cluster, and starts everything that lives in one. */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { server, ca, credentials, clock, onError = (error) => console.error(error) } = options;
  const profile = typeof options.profile === 'string' ? clusterProfile(options.profile) : options.profile;
  const behaviours = options.behaviours ?? new NodeBehaviours();
  const operatorFaults: OperatorFaults = { leaksGate: false };
  const api = new ApiClient({ server, ca, credentials, clock });
  const stopping = new AbortController();
  const context: ActorContext = {
    api,
    signal: stopping.signal,
    onError: (error) => {
      if (!stopping.signal.aborted) onError(error);
    },
  };
  const objects = clusterObjects(profile);
  const programs: Programs = {
    'calico-node': calicoNode,
    'tigera-operator': tigeraOperator(profile.operator, operatorFaults),
  };
  try {
    await createAll(api, namespaces, objects.namespaces);
    await createAll(api, customResourceDefinitions, objects.customResourceDefinitions);
    await untilServed(api, clock);
    await createAll(api, services, objects.services);
    await runKubelets({
      ...context,
      machines: options.machines ?? machinesOf(profile, [lonelyPool(options.nodes ?? 3)]),
      behaviours,
      programs,
      tls: options.kubeletTls,
      podStartSeconds: options.podStartSeconds ?? 10,
      podStopSeconds: options.podStopSeconds ?? 2,
      configMapRefreshSeconds: options.configMapRefreshSeconds ?? 60,
      serviceHost,
    });
    const replaced = await countReplaced(api);
    await Promise.all([runDaemonSetController(context), runDeploymentController(context)]);
    await createAll(api, installations, [objects.installation]);
    await createAll(api, daemonSets, [objects.kubeProxy]);
    await createAll(api, deployments, objects.deployments);
    await runAddonManager({
      ...context,
      supplied: { installation: objects.installation, kubeProxy: objects.kubeProxy },
      kubeProxy: options.addonManager?.kubeProxy ?? 'leave',
      afterSeconds: options.addonManager?.afterSeconds ?? 60,
    });
    const healthy = untilHealthy(api, stopping.signal);
    return { healthy, behaviours, operatorFaults, podsReplaced: () => replaced.count, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    stopping.abort(new Error('The cluster was stopped'));
    await api.close();
  }
}

/** Creates what is not there; a cluster that was there before keeps what it has. */
async function createAll<T extends KubernetesObject>(
  api: ApiClient,
  resource: Resource<T>,
  objects: T[],
): Promise<void> {
  for (const object of objects) {
    await api.create(resource, object).catch((error: unknown) => {
      const isThere = error instanceof ApiError && error.code === 409;
      const hasAddress = error instanceof ApiError && error.code === 422 && resource.plural === 'services';
      if (!isThere && !hasAddress) throw error;
    });
  }
}

/** A definition is served a moment after it was created. */
async function untilServed(api: ApiClient, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const isServed = await Promise.all([installations, tigeraStatuses].map((resource) => api.list(resource))).then(
      () => true,
      (error: unknown) => {
        // 429: the storage of a kind that was just defined is being set up.
        if (error instanceof ApiError && (error.code === 404 || error.code === 429)) return false;
        throw error;
      },
    );
    if (isServed) return;
    await clock.sleep(100 * clock.speed);
  }
  throw new Error(
    'The API server does not serve operator.tigera.io/v1 although its definitions were created; see its log',
  );
}

async function countReplaced(api: ApiClient): Promise<{ count: number }> {
  const replaced = { count: 0 };
  const informer = api.informer(pods);
  await informer.synced;
  informer.onChange((pod, change) => {
    if (change === 'deleted' && pod.metadata.labels?.['k8s-app'] === 'calico-node') replaced.count += 1;
  });
  return replaced;
}

function untilHealthy(api: ApiClient, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const informer = api.informer(tigeraStatuses);
  const look = () => {
    const conditions = informer.get('calico')?.status?.['conditions'] as Condition[] | undefined;
    const isAvailable = conditionStatus(conditions, 'Available') === 'True';
    if (isAvailable && conditionStatus(conditions, 'Degraded') === 'False') resolve();
  };
  informer.onChange(look);
  look();
  signal.addEventListener('abort', () => reject(signal.reason as Error));
  // Who does not wait for it must not be hurt by a stop.
  promise.catch(() => undefined);
  return promise;
}
