import type { KubernetesFacts, FactName } from '../facts.ts';
import { calicoRules } from './calico.ts';
import { nodeRules } from './nodes.ts';
import type { ClusterRule } from './rule.ts';
import { surroundingRules } from './surroundings.ts';

/** Every rule about the cluster, in the order of the table of calico.md 11. */
export const clusterRules: readonly ClusterRule[] = [...nodeRules, ...calicoRules, ...surroundingRules];

/** How a fact is called in a sentence, and where it is found. */
export const factTitles: Record<FactName, { title: string; field: keyof KubernetesFacts }> = {
  nodes: { title: 'The list of nodes', field: 'nodes' },
  installations: { title: 'The Installation', field: 'installation' },
  tigeraStatus: { title: 'TigeraStatus calico', field: 'tigeraStatus' },
  felixConfigurations: { title: 'The FelixConfiguration', field: 'felixConfiguration' },
  clusterInformation: { title: 'ClusterInformation default', field: 'calicoVersion' },
  calicoNode: { title: 'The DaemonSet calico-node', field: 'calicoNode' },
  kubeProxy: { title: 'The DaemonSet kube-proxy', field: 'kubeProxy' },
  operator: { title: 'The Deployment tigera-operator', field: 'operator' },
  endpointConfigMap: { title: 'The ConfigMap kubernetes-services-endpoint', field: 'endpointConfigMap' },
  schema: { title: "The schema of Calico's custom resources", field: 'schema' },
  workloadPods: { title: 'The list of pods', field: 'workloadPods' },
};
