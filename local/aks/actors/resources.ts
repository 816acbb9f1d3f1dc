import type {
  ConfigMap,
  ControllerRevision,
  CustomObject,
  DaemonSet,
  Deployment,
  KubernetesObject,
  Node,
  Pod,
  ReplicaSet,
} from './objects.ts';

/** Where a kind is served. `shape` is never set: it carries the type of the objects. */
export interface Resource<T extends KubernetesObject> {
  /** '' for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  shape?: T;
}

function core<T extends KubernetesObject>(kind: string, plural: string, namespaced = true): Resource<T> {
  return { group: '', version: 'v1', kind, plural, namespaced };
}

function apps<T extends KubernetesObject>(kind: string, plural: string): Resource<T> {
  return { group: 'apps', version: 'v1', kind, plural, namespaced: true };
}

function custom(group: string, kind: string, plural: string): Resource<CustomObject> {
  return { group, version: 'v1', kind, plural, namespaced: false };
}

export const namespaces = core<KubernetesObject>('Namespace', 'namespaces', false);
export const nodes = core<Node>('Node', 'nodes', false);
export const pods = core<Pod>('Pod', 'pods');
export const configMaps = core<ConfigMap>('ConfigMap', 'configmaps');
export const services = core<KubernetesObject>('Service', 'services');
export const daemonSets = apps<DaemonSet>('DaemonSet', 'daemonsets');
export const deployments = apps<Deployment>('Deployment', 'deployments');
export const replicaSets = apps<ReplicaSet>('ReplicaSet', 'replicasets');
export const controllerRevisions = apps<ControllerRevision>('ControllerRevision', 'controllerrevisions');
export const customResourceDefinitions = custom(
  'apiextensions.k8s.io',
  'CustomResourceDefinition',
  'customresourcedefinitions',
);
export const installations = custom('operator.tigera.io', 'Installation', 'installations');
export const tigeraStatuses = custom('operator.tigera.io', 'TigeraStatus', 'tigerastatuses');
export const imageSets = custom('operator.tigera.io', 'ImageSet', 'imagesets');
export const felixConfigurations = custom('crd.projectcalico.org', 'FelixConfiguration', 'felixconfigurations');
export const clusterInformations = custom('crd.projectcalico.org', 'ClusterInformation', 'clusterinformations');

/** The path of a collection, or of one object in it: `/api/v1/nodes`, `/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy`. */
export function resourcePath(
  resource: Omit<Resource<KubernetesObject>, 'shape'>,
  target: { name?: string | undefined; namespace?: string | undefined } = {},
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && target.namespace !== undefined ? `/namespaces/${target.namespace}` : '';
  return `${root}${scope}/${resource.plural}${target.name === undefined ? '' : `/${target.name}`}`;
}

export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
