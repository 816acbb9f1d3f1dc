/** A managed cluster as a request names it. */
export interface ClusterReference {
  /** With the spelling of the fixed parts that Azure documents, and of the names as they were given. */
  resourceId: string;
  /** In lower case. */
  subscriptionId: string;
  resourceGroup: string;
  name: string;
}

/** `problem`: a clause for the end of a message; it never repeats more than the part that is wrong. */
export type ParsedCluster = { cluster: ClusterReference } | { problem: string };

/** Azure's naming rules: subscription ids are GUIDs, the others stand in its rules for resource names. */
const rules = {
  subscriptionId: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  resourceGroup: /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
  name: /^[a-z\d]([\w-]{0,61}[a-z\d])?$/i,
} as const;

const resourceIdPattern =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)$/i;

/** The cluster of an ARM resource id; its fixed parts are read in any case (azure.md a1). */
export function parseClusterId(resourceId: string): ParsedCluster {
  const [, subscriptionId, resourceGroup, name] = resourceIdPattern.exec(resourceId) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) {
    return { problem: 'it is not the resource id of a managed cluster' };
  }
  return clusterReference(subscriptionId, resourceGroup, name);
}

/** The cluster of three names, each checked by Azure's rules. */
export function clusterReference(subscriptionId: string, resourceGroup: string, name: string): ParsedCluster {
  if (!rules.subscriptionId.test(subscriptionId)) {
    return { problem: `the subscription ${shown(subscriptionId)} is not a GUID` };
  }
  if (!rules.resourceGroup.test(resourceGroup)) {
    return { problem: `${shown(resourceGroup)} cannot be the name of a resource group` };
  }
  if (!rules.name.test(name)) return { problem: `${shown(name)} cannot be the name of a cluster` };
  const subscription = subscriptionId.toLowerCase();
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  const resourceId = `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  return { cluster: { resourceId, subscriptionId: subscription, resourceGroup, name } };
}

/** One key for all spellings of a resource id. */
export function clusterKey(resourceId: string): string {
  return resourceId.toLowerCase();
}

/** Text from outside, quoted, in printable ASCII and at most 100 characters. */
export function shown(text: string): string {
  const printable = text.slice(0, 100).replaceAll(/[^ -~]/g, '?');
  return `"${printable}${text.length > 100 ? '…' : ''}"`;
}
