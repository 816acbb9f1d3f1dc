import type { ManagedClusterFacts } from '../../procedure/facts.ts';
import type { Plan, Proof, ProofResult, Step } from '../../procedure/plan.ts';
import type { RunInput } from '../activity-table.ts';

export const azure: ManagedClusterFacts = {
  resourceId:
    '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/one',
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  resourceGroup: 'demo',
  name: 'one',
  location: 'westeurope',
  resourceUid: '650000000000000000000001',
  createdAt: '2026-11-23T09:50:00Z',
  ageSeconds: 600,
  provisioningState: 'Succeeded',
  powerState: 'Running',
  kubernetesVersion: '1.35.4',
  fqdn: 'one-1a2b3c4d.hcp.westeurope.azmk8s.io',
  privateFqdn: undefined,
  privateCluster: false,
  networkPlugin: 'azure',
  networkPluginMode: undefined,
  networkPolicy: 'calico',
  networkDataplane: 'azure',
  ipFamilies: ['IPv4'],
  windowsPools: [],
  automatic: false,
  entra: true,
  azureRbac: true,
  localAccountsDisabled: true,
};

export function runInput(
  action: RunInput['request']['action'] = 'enable',
  source: RunInput['request']['source'] = 'event',
): RunInput {
  const { resourceId, subscriptionId, resourceGroup, name } = azure;
  return {
    request: {
      runId: '019ab000-0000-7000-8000-000000000001',
      action,
      source,
      cluster: { resourceId, subscriptionId, resourceGroup, name },
      requestedAt: '2026-11-23T10:00:00.000Z',
    },
    settings: {
      kubeletWaitSeconds: 60,
      newClusterWindowSeconds: 86_400,
      settleSeconds: 5400,
      allowLocalAdmin: false,
      kubeProxyWatchSeconds: 120,
    },
  };
}

export function step(fields: Partial<Step> = {}): Step {
  return {
    id: 'felix-options',
    title: 'Felix options',
    why: 'a test',
    changes: [{ kind: 'delete-pods', namespace: 'tigera-operator', labelSelector: 'k8s-app=tigera-operator' }],
    until: [],
    patienceSeconds: 120,
    ...fields,
  };
}

export function plan(steps: Step[]): Plan {
  return {
    era: 'E4',
    procedure: 'coexist',
    steps,
    notices: [],
    expectation: {
      era: 'E4',
      endpointHost: 'one-1a2b3c4d.hcp.westeurope.azmk8s.io',
      endpointPort: 443,
      linuxDataplane: 'BPF',
      annotated: true,
      felix: {},
      dnsPolicyNot: undefined,
      reportsEndpointManager: true,
    },
  };
}

export function proof(result: ProofResult): Proof {
  return {
    result,
    configuration: { result: 'proven', evidence: ['linuxDataplane is BPF'] },
    rollout: { result: 'proven', evidence: ['3 of 3'] },
    nodes: [{ node: 'aks-nodepool1-12345678-vmss000000', result, evidence: `${result} by its log` }],
  };
}
