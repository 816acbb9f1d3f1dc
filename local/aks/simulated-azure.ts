import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { createClusters } from './azure/arm/clusters.ts';
import type { Clusters } from './azure/arm/clusters.ts';
import { keyOf } from './azure/arm/resource.ts';
import type { ManagedCluster } from './azure/arm/resource.ts';
import { startArm } from './azure/arm/server.ts';
import type { Access } from './azure/arm/server.ts';
import { createCertificateAuthority } from './azure/certificates.ts';
import type { KeyPair } from './azure/certificates.ts';
import { launchCluster } from './azure/cluster-launcher.ts';
import type { KubernetesAccess, SimulatedCluster } from './azure/cluster-launcher.ts';
import { merged, variantOf } from './azure/cluster-variant.ts';
import type { ClusterVariant } from './azure/cluster-variant.ts';
import type { Faults } from './azure/faults.ts';
import { startIdentityEndpoint } from './azure/identity-endpoint.ts';
import type { RequestEntry } from './azure/server.ts';
import { createTokenIssuer } from './azure/tokens.ts';
import type { Identity } from './azure/tokens.ts';
import { resourceEvent } from './event-grid/events.ts';
import { createSubscription } from './event-grid/subscription.ts';
import type { EventSubscription, SubscriptionOptions } from './event-grid/subscription.ts';
import { startTopic } from './event-grid/topic.ts';
import type { PublishedEvent } from './event-grid/topic.ts';

export interface SimulatedAzureOptions {
  clock: Clock;
  /** The authority's certificate is written there, as `ca.pem`. */
  directory: string;
  /** Of ARM; 0, the default, takes a free one. */
  port?: number | undefined;
  /** The first one is the usual one; by default there is one. */
  subscriptionIds?: readonly [string, ...string[]];
  /** Simulated seconds that the creation of a cluster lasts at least; 60 by default. */
  creationSeconds?: number | undefined;
  /** When Event Grid tells of a write. The real moment is documented nowhere (azure.md a3); the end, by default. */
  eventsAt?: readonly ('accepted' | 'succeeded')[];
  /** Object ids of the Entra groups that the app's identity is in. */
  appGroups?: readonly string[];
  /** Whether a role allows a call to ARM; by default everything is allowed. */
  authorize?: (access: Access) => boolean;
  /** The same for a cluster with Azure RBAC. */
  authorizeKubernetes?: (access: KubernetesAccess) => boolean;
  /** What is particular about a cluster, besides its tags with the prefix `simulator:`. */
  variant?: (cluster: ManagedCluster) => ClusterVariant;
  /** What went wrong in the background. */
  log?: (message: string) => void;
}

export interface SimulatedAzure {
  armUrl: string;
  identityEndpoint: string;
  /** A secret of this run. */
  identityHeader: string;
  /** The authority's certificate, PEM: a file, for `NODE_EXTRA_CA_CERTS` and `--cacert`. */
  caFile: string;
  ca: string;
  topicUrl: string;
  /** What the app published. */
  topicEvents: readonly PublishedEvent[];
  subscriptionId: string;
  /** Whom the app runs as, and a person who makes clusters: so that requests can be told apart. */
  identities: { app: Identity; operator: Identity };
  /** A token of an identity, without a way over the endpoint. */
  token(identity: Identity, resource: string): Promise<string>;
  /** A server certificate of this Azure's authority. */
  certificate(names: readonly string[]): Promise<KeyPair>;
  /** Rejects when the endpoint fails the validation. */
  subscribe(url: string, options?: Partial<Omit<SubscriptionOptions, 'clock' | 'url'>>): Promise<EventSubscription>;
  /** By resource id in lower case, as soon as the Kubernetes API listens. */
  clusters: ReadonlyMap<string, SimulatedCluster>;
  /** What ARM keeps; `change` alters a cluster behind everybody's back. */
  managedClusters: Clusters;
  armRequests: readonly RequestEntry[];
  faults: { arm: Faults; identity: Faults; topic: Faults };
  /** The app's settings for this Azure; the table service is not part of it. */
  environment(): Record<string, string>;
  close(): Promise<void>;
}

/** Azure on one machine: Entra's tokens, ARM, Event Grid, and a simulated cluster behind every managed cluster. */
export async function createSimulatedAzure(options: SimulatedAzureOptions): Promise<SimulatedAzure> {
  const { clock, eventsAt = ['succeeded'], log = () => {} } = options;
  const tenantId = randomUUID();
  const subscriptionIds = options.subscriptionIds ?? [randomUUID()];
  const [subscriptionId] = subscriptionIds;
  const newIdentity = (groups: readonly string[]) => ({
    tenantId,
    objectId: randomUUID(),
    clientId: randomUUID(),
    groups,
  });
  const identities = { app: newIdentity(options.appGroups ?? []), operator: newIdentity([]) };

  const [authority, issuer] = await Promise.all([createCertificateAuthority(), createTokenIssuer()]);
  const tls = await authority.server(['localhost', '127.0.0.1']);
  mkdirSync(options.directory, { recursive: true });
  const caFile = join(options.directory, 'ca.pem');
  writeFileSync(caFile, authority.cert);

  const simulated = new Map<string, SimulatedCluster>();
  const subscriptions = new Set<EventSubscription>();
  const managedClusters = createClusters({
    clock,
    tenantId,
    creationSeconds: options.creationSeconds ?? 60,
    log,
    async launch(cluster) {
      const launched = await launchCluster(cluster, {
        clock,
        issuer,
        authorize: options.authorizeKubernetes ?? (() => true),
        variant: merged(variantOf(cluster.tags), options.variant?.(cluster) ?? {}),
        log,
      });
      simulated.set(keyOf(cluster.id), launched);
      return launched;
    },
    announce(change) {
      if (change.kind === 'Delete' && change.moment === 'succeeded') simulated.delete(keyOf(change.cluster.id));
      if (change.moment !== 'failed' && !eventsAt.includes(change.moment)) return;
      const event = resourceEvent(change, tenantId, clock.now());
      for (const subscription of subscriptions) subscription.publish(event);
    },
  });
  const arm = await startArm({
    clock,
    tls,
    port: options.port,
    tenantId,
    subscriptionIds: subscriptionIds.map((id) => id.toLowerCase()),
    issuer,
    clusters: managedClusters,
    authorize: options.authorize,
  });
  const identity = await startIdentityEndpoint({ clock, issuer, identities: [identities.app, identities.operator] });
  const topic = await startTopic({ clock, tls, issuer });

  return {
    armUrl: arm.url,
    identityEndpoint: identity.endpoint,
    identityHeader: identity.header,
    caFile,
    ca: authority.cert,
    topicUrl: topic.endpoint,
    topicEvents: topic.events,
    subscriptionId,
    identities,
    token: async (of, resource) => (await issuer.issue(of, resource)).token,
    certificate: (names) => authority.server(names),
    async subscribe(url, more = {}) {
      const subscription = await createSubscription({ topic: `/subscriptions/${subscriptionId}`, ...more, clock, url });
      subscriptions.add(subscription);
      return subscription;
    },
    clusters: simulated,
    managedClusters,
    armRequests: arm.requests,
    faults: { arm: arm.faults, identity: identity.faults, topic: topic.faults },
    environment: () => ({
      SUBSCRIPTION_IDS: subscriptionIds.join(','),
      AZURE_RESOURCE_MANAGER_ENDPOINT: arm.url,
      AZURE_CLIENT_ID: identities.app.clientId,
      IDENTITY_ENDPOINT: identity.endpoint,
      IDENTITY_HEADER: identity.header,
      EVENTGRID_TOPIC_ENDPOINT: topic.endpoint,
      NODE_EXTRA_CA_CERTS: caFile,
    }),
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      await managedClusters.close();
      await Promise.all([arm.close(), identity.close(), topic.close()]);
    },
  };
}
