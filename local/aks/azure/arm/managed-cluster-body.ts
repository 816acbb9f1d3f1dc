import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ArmError, invalidParameter } from './errors.ts';
import { resourceIdOf } from './resource.ts';
import type { ClusterAddress, ManagedCluster } from './resource.ts';
import { releaseOf } from './versions.ts';

const tags = z.record(z.string().max(512), z.string().max(256)).default({});

const agentPoolProfile = z.looseObject({
  name: z.string().regex(/^[a-z][a-z0-9]{0,11}$/, 'must be 1 to 12 lower-case letters and digits, a letter first'),
  count: z.int().min(0).max(1000).default(1),
  mode: z.enum(['System', 'User', 'Gateway']).default('User'),
  osType: z.enum(['Linux', 'Windows']).default('Linux'),
  vmSize: z.string().default('Standard_D2s_v5'),
  osSKU: z.string().optional(),
});

const networkProfile = z.looseObject({
  networkPlugin: z.enum(['azure', 'kubenet', 'none']).default('azure'),
  networkPluginMode: z.enum(['overlay']).optional(),
  networkPolicy: z.enum(['none', 'calico', 'azure', 'cilium']).optional(),
  networkDataplane: z.enum(['azure', 'cilium']).default('azure'),
  ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).default(['IPv4']),
});

const entraProfile = z.looseObject({
  managed: z.boolean().optional(),
  enableAzureRBAC: z.boolean().optional(),
  adminGroupObjectIDs: z.array(z.string()).optional(),
  tenantID: z.string().optional(),
});

/** What a PUT may say; a field that the simulation does not look at is kept as it is. */
const managedClusterBody = z.looseObject({
  location: z.string().min(1),
  tags,
  sku: z.record(z.string(), z.unknown()).default({ name: 'Base', tier: 'Free' }),
  identity: z.looseObject({ type: z.string() }).optional(),
  properties: z.looseObject({
    kubernetesVersion: z.string().default('1.35'),
    dnsPrefix: z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/),
    agentPoolProfiles: z.array(agentPoolProfile).min(1, 'the cluster must have at least one agent pool'),
    networkProfile: networkProfile.prefault({}),
    aadProfile: entraProfile.optional(),
    disableLocalAccounts: z.boolean().default(false),
    servicePrincipalProfile: z.looseObject({ clientId: z.string() }).optional(),
  }),
});

const tagsBody = z.looseObject({ tags });

/** The resource that a PUT asks for, with what AKS fills in for what was not given. `now` is simulated time. */
export function managedClusterOf(address: ClusterAddress, body: unknown, tenantId: string, now: Date): ManagedCluster {
  const parsed = parse(managedClusterBody, body);
  const { properties } = parsed;
  const release = releaseOf(properties.kubernetesVersion, address.name);
  checkCombinations(parsed);

  const agentPoolProfiles = properties.agentPoolProfiles.map((pool) => ({
    osDiskSizeGB: 128,
    osDiskType: 'Managed',
    type: 'VirtualMachineScaleSets',
    maxPods: 110,
    osSKU: pool.osType === 'Windows' ? 'Windows2022' : release.profile === 'e4' ? 'AzureLinux' : 'Ubuntu',
    orchestratorVersion: properties.kubernetesVersion,
    currentOrchestratorVersion: release.version,
    provisioningState: 'Creating',
    powerState: { code: 'Running' },
    ...pool,
  }));
  const createdAt = now.toISOString();
  return {
    id: resourceIdOf(address),
    name: address.name,
    type: 'Microsoft.ContainerService/ManagedClusters',
    location: parsed.location.toLowerCase().replaceAll(' ', ''),
    tags: parsed.tags,
    sku: parsed.sku,
    identity: parsed.identity && { ...parsed.identity, tenantId, principalId: randomUUID() },
    properties: {
      nodeResourceGroup: `MC_${address.resourceGroup}_${address.name}_${parsed.location}`,
      enableRBAC: true,
      supportPlan: 'KubernetesOfficial',
      servicePrincipalProfile: { clientId: 'msi' },
      ...properties,
      provisioningState: 'Creating',
      powerState: { code: 'Running' },
      currentKubernetesVersion: release.version,
      agentPoolProfiles,
      networkProfile: {
        networkPolicy: 'none',
        loadBalancerSku: 'standard',
        outboundType: 'loadBalancer',
        serviceCidr: '10.0.0.0/16',
        serviceCidrs: ['10.0.0.0/16'],
        dnsServiceIP: '10.0.0.10',
        ...(properties.networkProfile.networkPluginMode === 'overlay' ? { podCidr: '10.244.0.0/16' } : {}),
        ...properties.networkProfile,
      },
      aadProfile: properties.aadProfile && { tenantID: tenantId, adminGroupObjectIDs: [], ...properties.aadProfile },
      resourceUID: randomUUID().replaceAll('-', '').slice(0, 24),
    },
    systemData: {
      createdAt,
      createdByType: 'Application',
      lastModifiedAt: createdAt,
      lastModifiedByType: 'Application',
    },
  };
}

/** A PATCH changes tags and nothing else. */
export function tagsOf(body: unknown): Record<string, string> {
  return parse(tagsBody, body).tags;
}

/** The fields of `body` that may not differ from those of a cluster that exists already. */
export function checkUnchanged(before: ManagedCluster, after: ManagedCluster): void {
  const fixed: [string, unknown, unknown][] = [
    ['location', before.location, after.location],
    ['properties.dnsPrefix', before.properties.dnsPrefix, after.properties.dnsPrefix],
    [
      'networkProfile.networkPlugin',
      before.properties.networkProfile['networkPlugin'],
      after.properties.networkProfile['networkPlugin'],
    ],
  ];
  const changed = fixed.find(([, old, current]) => old !== current);
  if (changed) throw new ArmError(400, 'PropertyChangeNotAllowed', `Changing property '${changed[0]}' is not allowed.`);
  const shape = ({ properties }: ManagedCluster) =>
    JSON.stringify([
      properties.currentKubernetesVersion,
      properties.agentPoolProfiles.map(({ name, count }) => [name, count]),
    ]);
  if (shape(before) === shape(after)) return;
  throw new ArmError(
    400,
    'NotSimulated',
    'This simulated Azure neither upgrades nor scales a cluster: make another one with the version and the pools that you want.',
  );
}

function checkCombinations({ identity, properties }: z.infer<typeof managedClusterBody>): void {
  if (!identity && !properties.servicePrincipalProfile) {
    throw invalidParameter("Required parameter servicePrincipalProfile is missing (null): give it, or 'identity'.");
  }
  if (!properties.agentPoolProfiles.some(({ mode }) => mode === 'System')) {
    throw invalidParameter('Must define at least one system pool.');
  }
  if (properties.disableLocalAccounts && !properties.aadProfile) {
    throw new ArmError(
      400,
      'BadRequest',
      'disableLocalAccounts is only allowed when Microsoft Entra integration is enabled (aadProfile).',
    );
  }
  if (properties.aadProfile?.enableAzureRBAC && !properties.aadProfile.managed) {
    throw new ArmError(
      400,
      'BadRequest',
      'Azure RBAC is only allowed when managed Microsoft Entra integration is enabled.',
    );
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidParameter(
    `The value of parameter ${issue?.path.join('.') || 'body'} is invalid. Error details: ${issue?.message ?? 'unknown'}.`,
  );
}
