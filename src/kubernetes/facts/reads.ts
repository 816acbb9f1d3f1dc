import type { FactName, KubernetesFacts } from '../../procedure/facts.ts';
import type { ApiRequest } from '../api.ts';
import { parseCalicoVersion, parseFelixConfigurations, parseInstallations, parseTigeraStatus } from './calico.ts';
import { parseNodes } from './nodes.ts';
import { parseSchema } from './schema.ts';
import { countPods, parseConfigMap, parseDaemonSet, parseOperator } from './workloads.ts';

/** The parsed bodies of the reads, in their order; undefined: there is no such object. */
type Bodies = readonly unknown[];

/** How one fact is read: the same path for the same fact, wherever it is asked for. */
export interface FactSource {
  reads: readonly ApiRequest[];
  parse(bodies: Bodies): Partial<KubernetesFacts>;
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Namespaces whose pods are not the user's. */
const systemNamespaces = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'calico-system',
  'calico-apiserver',
  'tigera-operator',
  'gatekeeper-system',
  'app-routing-system',
  'aks-command',
  'aks-istio-system',
  'aks-istio-ingress',
  'aks-istio-egress',
];

/** Enough to say that there are workloads: with a field selector the server does not count beyond the page. */
const workloadPage = '20';

/** Pods that have ended carry no traffic. */
const workloads = [
  ...systemNamespaces.map((namespace) => `metadata.namespace!=${namespace}`),
  'status.phase!=Succeeded',
  'status.phase!=Failed',
].join(',');

const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

export const nodesRequest = read('nodes', '/api/v1/nodes');

/** Every fact of the cluster's API, each by a direct path (calico.md 2.1): twelve requests in all. */
export const factSources = {
  nodes: {
    reads: [nodesRequest],
    parse: ([list]) => ({ nodes: parseNodes(list) }),
  },
  installations: {
    reads: [read('installations.operator.tigera.io', '/apis/operator.tigera.io/v1/installations')],
    parse: ([list]) => (list === undefined ? { installation: null, overlay: null } : parseInstallations(list)),
  },
  tigeraStatus: {
    reads: [read('tigerastatuses.operator.tigera.io calico', '/apis/operator.tigera.io/v1/tigerastatuses/calico')],
    parse: ([object]) => ({ tigeraStatus: object === undefined ? null : parseTigeraStatus(object) }),
  },
  felixConfigurations: {
    reads: [read('felixconfigurations.crd.projectcalico.org', '/apis/crd.projectcalico.org/v1/felixconfigurations')],
    parse: ([list]) =>
      list === undefined ? { felixConfiguration: null, felixNodeConfigurations: [] } : parseFelixConfigurations(list),
  },
  clusterInformation: {
    reads: [
      read(
        'clusterinformations.crd.projectcalico.org default',
        '/apis/crd.projectcalico.org/v1/clusterinformations/default',
      ),
    ],
    parse: ([object]) => ({ calicoVersion: object === undefined ? null : parseCalicoVersion(object) }),
  },
  calicoNode: {
    reads: [read('daemonsets.apps calico-system/calico-node', daemonSetPath('calico-system', 'calico-node'))],
    parse: ([object]) => ({ calicoNode: object === undefined ? null : parseDaemonSet(object, 'calico-node') }),
  },
  kubeProxy: {
    reads: [read('daemonsets.apps kube-system/kube-proxy', daemonSetPath('kube-system', 'kube-proxy'))],
    parse: ([object]) => ({ kubeProxy: object === undefined ? null : parseDaemonSet(object, 'kube-proxy') }),
  },
  operator: {
    reads: [
      read(
        'deployments.apps tigera-operator/tigera-operator',
        '/apis/apps/v1/namespaces/tigera-operator/deployments/tigera-operator',
      ),
    ],
    parse: ([object]) => ({ operator: object === undefined ? null : parseOperator(object) }),
  },
  endpointConfigMap: {
    reads: [
      read(
        'configmaps tigera-operator/kubernetes-services-endpoint',
        '/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint',
      ),
    ],
    parse: ([object]) => ({ endpointConfigMap: object === undefined ? null : parseConfigMap(object) }),
  },
  schema: {
    reads: [
      read('customresourcedefinitions of Installation', `${definitions}/installations.operator.tigera.io`),
      read(
        'customresourcedefinitions of FelixConfiguration',
        `${definitions}/felixconfigurations.crd.projectcalico.org`,
      ),
    ],
    parse: ([installations, felixConfigurations]) => ({ schema: parseSchema(installations, felixConfigurations) }),
  },
  workloadPods: {
    reads: [
      {
        ...read('pods', '/api/v1/pods'),
        query: { fieldSelector: workloads, limit: workloadPage },
        accept: metadataOnly,
      },
    ],
    parse: ([list]) => ({ workloadPods: countPods(list) }),
  },
} satisfies Record<FactName, FactSource>;

function read(what: string, path: string): ApiRequest {
  return { method: 'GET', path, what: `read ${what}` };
}

function daemonSetPath(namespace: string, name: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`;
}
