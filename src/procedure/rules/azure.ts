import type { ManagedClusterFacts } from '../facts.ts';
import { isAutomatic, refuse, skip, wait, type AzureRequest, type AzureRule, type Finding } from './rule.ts';

/** Decided before anything else: a cluster that is not ours to touch is not looked at (calico.md 11, row 36). */
const newCluster: AzureRule = {
  id: 36,
  decide(azure, request) {
    if (!isAutomatic(request)) return undefined;
    if (azure.ageSeconds === undefined) return refuse('CLUSTER_AGE_UNKNOWN');
    const { newClusterWindowSeconds } = request.settings;
    if (azure.ageSeconds <= newClusterWindowSeconds) return undefined;
    const values = { age: describeSeconds(azure.ageSeconds), window: describeSeconds(newClusterWindowSeconds) };
    return skip('EXISTING_CLUSTER', values);
  },
};

/** Nothing that ARM says of a cluster that is being made or deleted is final (calico.md 11, row 1). */
const settled: AzureRule = {
  id: 1,
  decide(azure, { settings }) {
    if (azure.provisioningState === 'Deleting') return refuse('CLUSTER_DELETED', { cluster: azure.name });
    const minutes = Math.round(settings.settleSeconds / 60);
    if (azure.provisioningState !== 'Succeeded') {
      return wait('CLUSTER_NOT_READY', { state: azure.provisioningState, minutes });
    }
    return azure.powerState === 'Running' ? undefined : wait('CLUSTER_NOT_READY', { state: azure.powerState, minutes });
  },
};

/** In the order of calico.md 11. */
export const azureRules: readonly AzureRule[] = [
  {
    id: 2,
    decide(azure) {
      const what = 'AKS Automatic uses Cilium and protects its system namespaces';
      return azure.automatic ? refuse('UNSUPPORTED_NETWORK', { what }) : undefined;
    },
  },
  {
    id: 3,
    decide: (azure) => (isCilium(azure) ? skip('ALREADY_CILIUM') : undefined),
  },
  {
    // Calico that AKS does not manage is not switched yet, so it is not looked for.
    id: 4,
    decide(azure) {
      if (azure.networkPolicy === 'calico' || isCilium(azure)) return undefined;
      return refuse('NO_CALICO', { policy: azure.networkPolicy ?? 'none' });
    },
  },
  {
    id: 6,
    decide(azure) {
      if (azure.networkPlugin === 'azure' || isCilium(azure)) return undefined;
      const what =
        azure.networkPlugin === 'kubenet'
          ? 'kubenet with Calico eBPF is not documented or tested by Calico, and kubenet is being retired'
          : `network plugin ${azure.networkPlugin ?? 'unknown'}`;
      return refuse('UNSUPPORTED_NETWORK', { what });
    },
  },
  {
    id: 7,
    decide(azure) {
      const what = 'dual stack, where IPv6 traffic of pods would be dropped';
      const ipv6 = azure.ipFamilies.some((family) => family.toLowerCase() === 'ipv6');
      return ipv6 ? refuse('UNSUPPORTED_NETWORK', { what }) : undefined;
    },
  },
  {
    id: 8,
    decide({ windowsPools }) {
      return windowsPools.length > 0 ? refuse('WINDOWS_NODES', { pools: windowsPools.join(', ') }) : undefined;
    },
  },
];

/** What decides alone: whose cluster it is, then whether it is ready to be judged. */
export function firstFinding(azure: ManagedClusterFacts, request: AzureRequest): Finding | undefined {
  return newCluster.decide(azure, request) ?? settled.decide(azure, request);
}

function isCilium(azure: ManagedClusterFacts): boolean {
  return azure.networkDataplane === 'cilium' || azure.networkPolicy === 'cilium';
}

function describeSeconds(seconds: number): string {
  const hours = seconds / 3600;
  return hours < 48 ? `${Math.round(hours * 10) / 10} h` : `${Math.round(hours / 24)} days`;
}
