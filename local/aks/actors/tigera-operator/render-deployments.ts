import type { Deployment, PodSpec } from '../objects.ts';
import { endpointEnv, imageOf, linuxOnly, type RenderInput, tolerateAll } from './render-node.ts';

export function renderTypha(input: RenderInput): Deployment {
  return deployment(input, 'calico-typha', typhaReplicas(input.nodeCount), {
    hostNetwork: true,
    nodeSelector: linuxOnly,
    tolerations: tolerateAll,
    serviceAccountName: 'calico-typha',
    priorityClassName: 'system-cluster-critical',
    containers: [
      {
        name: 'calico-typha',
        image: imageOf(input, 'typha'),
        env: [{ name: 'TYPHA_DATASTORETYPE', value: 'kubernetes' }, ...endpointEnv(input.endpoint)],
      },
    ],
  });
}

export function renderKubeControllers(input: RenderInput, endpoint = input.endpoint): Deployment {
  return deployment(input, 'calico-kube-controllers', 1, {
    nodeSelector: linuxOnly,
    tolerations: tolerateAll,
    serviceAccountName: 'calico-kube-controllers',
    priorityClassName: 'system-cluster-critical',
    containers: [
      {
        name: 'calico-kube-controllers',
        image: imageOf(input, 'kube-controllers'),
        env: [{ name: 'DATASTORE_TYPE', value: 'kubernetes' }, ...endpointEnv(endpoint)],
      },
    ],
  });
}

/** One for the smallest clusters, two up to four nodes, then three and one more for every 200 nodes. */
function typhaReplicas(nodeCount: number): number {
  if (nodeCount <= 1) return 1;
  return nodeCount <= 4 ? 2 : Math.max(3, Math.floor(nodeCount / 200) + 2);
}

function deployment({ owner, profile }: RenderInput, name: string, replicas: number, spec: PodSpec): Deployment {
  const nameLabel: Record<string, string> = profile.conditions === 'prose' ? {} : { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'calico-system', labels: { 'k8s-app': name }, ownerReferences: [owner] },
    spec: {
      replicas,
      selector: { matchLabels: { 'k8s-app': name } },
      template: { metadata: { labels: { 'k8s-app': name, ...nameLabel } }, spec },
    },
  };
}
