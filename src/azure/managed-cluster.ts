import * as z from 'zod';
import type { ManagedClusterFacts } from '../procedure/facts.ts';

const name = z.string().nullish();

/** The part of a ManagedCluster that decides (azure.md d2), in the shape of the SDK's model. */
const managedCluster = z.object({
  id: z.string().regex(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/managedClusters\/[^/]+$/i),
  name: z.string(),
  location: z.string(),
  resourceUID: z.string().min(1),
  systemData: z.object({ createdAt: z.date().nullish() }).nullish(),
  provisioningState: z.string(),
  powerState: z.object({ code: name }).nullish(),
  kubernetesVersion: name,
  currentKubernetesVersion: name,
  fqdn: name,
  privateFqdn: name,
  networkProfile: z
    .object({
      networkPlugin: name,
      networkPluginMode: name,
      networkPolicy: name,
      networkDataplane: name,
      ipFamilies: z.array(z.string()).nullish(),
    })
    .nullish(),
  agentPoolProfiles: z.array(z.object({ name: z.string(), osType: name })).nullish(),
  apiServerAccessProfile: z.object({ enablePrivateCluster: z.boolean().nullish() }).nullish(),
  aadProfile: z.object({ managed: z.boolean().nullish(), enableAzureRbac: z.boolean().nullish() }).nullish(),
  sku: z.object({ name }).nullish(),
  disableLocalAccounts: z.boolean().nullish(),
});

/** Facts of a cluster as the SDK returns it; `date` is the Date header of the same answer. Throws where one is missing. */
export function parseManagedCluster(resource: unknown, date: string | undefined): ManagedClusterFacts {
  const result = managedCluster.safeParse(resource);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(
      `Azure's answer about the cluster is not understood (${issue?.path.join('.')}: ${issue?.message}).`,
    );
  }
  const cluster = result.data;
  const network = cluster.networkProfile ?? {};
  const [, , subscriptionId = '', , resourceGroup = ''] = cluster.id.split('/');
  const createdAt = cluster.systemData?.createdAt ?? undefined;
  return {
    resourceId: cluster.id,
    subscriptionId,
    resourceGroup,
    name: cluster.name,
    location: cluster.location,
    resourceUid: cluster.resourceUID,
    createdAt: createdAt?.toISOString(),
    ageSeconds: ageSeconds(createdAt, date),
    provisioningState: cluster.provisioningState,
    powerState: cluster.powerState?.code ?? 'Running',
    kubernetesVersion: cluster.currentKubernetesVersion ?? cluster.kubernetesVersion ?? '',
    fqdn: cluster.fqdn ?? undefined,
    privateFqdn: cluster.privateFqdn ?? undefined,
    privateCluster: cluster.apiServerAccessProfile?.enablePrivateCluster ?? false,
    networkPlugin: network.networkPlugin ?? undefined,
    networkPluginMode: network.networkPluginMode ?? undefined,
    networkPolicy: network.networkPolicy ?? undefined,
    networkDataplane: network.networkDataplane ?? undefined,
    ipFamilies: network.ipFamilies ?? [],
    windowsPools: (cluster.agentPoolProfiles ?? [])
      .filter(({ osType }) => osType?.toLowerCase() === 'windows')
      .map((pool) => pool.name),
    automatic: cluster.sku?.name === 'Automatic',
    entra: cluster.aadProfile !== null && cluster.aadProfile !== undefined,
    azureRbac: cluster.aadProfile?.enableAzureRbac ?? false,
    localAccountsDisabled: cluster.disableLocalAccounts ?? false,
  };
}

/** By Azure's clock alone; undefined where it does not say one of the two. */
function ageSeconds(createdAt: Date | undefined, date: string | undefined): number | undefined {
  const now = Date.parse(date ?? '');
  if (createdAt === undefined || Number.isNaN(now)) return undefined;
  return Math.max(0, Math.floor((now - createdAt.getTime()) / 1000));
}
