import type { Resource } from './resource.ts';

interface Row {
  group?: string;
  version?: string;
  plural: string;
  kind: string;
  singular?: string;
  shortNames?: string[];
  categories?: string[];
  clusterScoped?: boolean;
  subresources?: string[];
  generation?: boolean;
  selectableFields?: string[];
  conditionalUpdate?: boolean;
  createdByUpdate?: boolean;
}

const all = ['all'];
const eventFields = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];
const podFields = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];

const core: Row[] = [
  { plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'] },
  { plural: 'endpoints', kind: 'Endpoints', singular: 'endpoints', shortNames: ['ep'], createdByUpdate: true },
  { plural: 'events', kind: 'Event', shortNames: ['ev'], selectableFields: eventFields, createdByUpdate: true },
  {
    plural: 'namespaces',
    kind: 'Namespace',
    shortNames: ['ns'],
    clusterScoped: true,
    subresources: ['finalize', 'status'],
    selectableFields: ['status.phase'],
  },
  {
    plural: 'nodes',
    kind: 'Node',
    shortNames: ['no'],
    clusterScoped: true,
    subresources: ['status'],
    selectableFields: ['spec.unschedulable'],
  },
  {
    plural: 'pods',
    kind: 'Pod',
    shortNames: ['po'],
    categories: all,
    subresources: ['log', 'status'],
    generation: true,
    selectableFields: podFields,
  },
  { plural: 'secrets', kind: 'Secret', selectableFields: ['type'] },
  { plural: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'] },
  { plural: 'services', kind: 'Service', shortNames: ['svc'], categories: all, subresources: ['status'] },
];

const workloads: Row[] = [
  { plural: 'controllerrevisions', kind: 'ControllerRevision' },
  {
    plural: 'daemonsets',
    kind: 'DaemonSet',
    shortNames: ['ds'],
    categories: all,
    subresources: ['status'],
    generation: true,
  },
  {
    plural: 'deployments',
    kind: 'Deployment',
    shortNames: ['deploy'],
    categories: all,
    subresources: ['status'],
    generation: true,
  },
  {
    plural: 'replicasets',
    kind: 'ReplicaSet',
    shortNames: ['rs'],
    categories: all,
    subresources: ['status'],
    generation: true,
    selectableFields: ['status.replicas'],
  },
];

const others: Row[] = [
  {
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    clusterScoped: true,
    subresources: ['status'],
    generation: true,
    conditionalUpdate: true,
  },
  {
    group: 'batch',
    plural: 'jobs',
    kind: 'Job',
    categories: all,
    subresources: ['status'],
    generation: true,
    selectableFields: ['status.successful'],
  },
  { group: 'coordination.k8s.io', plural: 'leases', kind: 'Lease', conditionalUpdate: true, createdByUpdate: true },
];

function toResource(row: Row, inGroup = ''): Resource {
  return {
    group: row.group ?? inGroup,
    version: row.version ?? 'v1',
    plural: row.plural,
    singular: row.singular ?? row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    namespaced: row.clusterScoped !== true,
    subresources: row.subresources ?? [],
    generation: row.generation ?? false,
    selectableFields: row.selectableFields ?? [],
    unconditionalUpdate: row.conditionalUpdate !== true,
    createdByUpdate: row.createdByUpdate ?? false,
  };
}

/** The built-in resources that a cluster with Calico needs; the real server has more. */
export const builtIn: readonly Resource[] = [
  ...core.map((row) => toResource(row)),
  ...workloads.map((row) => toResource(row, 'apps')),
  ...others.map((row) => toResource(row)),
];
