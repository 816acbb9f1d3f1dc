import type { Json, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt, valueAt } from '../objects.ts';
import type { Column } from './column.ts';
import { integer, nameColumn, numberOf, pairs, text } from './column.ts';
import { ageOf } from './human-duration.ts';
import { podColumns } from './pod-columns.ts';
import { age } from './workload-columns.ts';

const roleLabel = 'node-role.kubernetes.io/';

function nodeStatus(object: KubernetesObject): string {
  const conditions = listAt(objectAt(object, 'status'), 'conditions');
  const ready = conditions.find((item) => textAt(item, 'type') === 'Ready');
  const state = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return objectAt(object, 'spec')['unschedulable'] === true ? `${state},SchedulingDisabled` : state;
}

function roles(object: KubernetesObject): string {
  const named = Object.keys(object.metadata.labels ?? {}).filter((key) => key.startsWith(roleLabel));
  const legacy = object.metadata.labels?.['kubernetes.io/role'];
  const all = [...named.map((key) => key.slice(roleLabel.length)), ...(legacy === undefined ? [] : [legacy])];
  return all.length === 0 ? '<none>' : all.sort().join(',');
}

function nodeAddress(object: KubernetesObject, type: string): string {
  const addresses = listAt(objectAt(object, 'status'), 'addresses').filter(isObject);
  return (
    textAt(
      addresses.find((address) => address['type'] === type),
      'address',
    ) || '<none>'
  );
}

function nodeInfo(name: string, field: string, priority: number): Column {
  return text(name, (object) => textAt(valueAt(object, ['status', 'nodeInfo']), field) || '<unknown>', priority);
}

function servicePort(port: Json): string {
  const nodePort = isObject(port) && typeof port['nodePort'] === 'number' ? `:${port['nodePort']}` : '';
  return isObject(port) ? `${numberOf(port['port'])}${nodePort}/${textAt(port, 'protocol')}` : '';
}

function endpointAddresses(object: KubernetesObject): string {
  const shown = listAt(object, 'subsets').flatMap((subset) =>
    listAt(subset, 'addresses').flatMap((address) =>
      listAt(subset, 'ports').map((port) => `${textAt(address, 'ip')}:${numberOf(objectAt({ port }, 'port')['port'])}`),
    ),
  );
  if (shown.length === 0) return '<none>';
  return shown.length > 3 ? `${shown.slice(0, 3).join(',')} + ${shown.length - 3} more...` : shown.join(',');
}

function dataCount(object: KubernetesObject): number {
  return Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length;
}

export const coreColumns: { [kind: string]: readonly Column[] } = {
  Pod: podColumns,
  ConfigMap: [nameColumn, integer('Data', dataCount), age],
  Secret: [nameColumn, text('Type', (object) => textAt(object, 'type')), integer('Data', dataCount), age],
  Namespace: [nameColumn, text('Status', (object) => textAt(objectAt(object, 'status'), 'phase')), age],
  Node: [
    nameColumn,
    text('Status', nodeStatus),
    text('Roles', roles),
    age,
    nodeInfo('Version', 'kubeletVersion', 0),
    text('Internal-IP', (object) => nodeAddress(object, 'InternalIP'), 1),
    text('External-IP', (object) => nodeAddress(object, 'ExternalIP'), 1),
    nodeInfo('OS-Image', 'osImage', 1),
    nodeInfo('Kernel-Version', 'kernelVersion', 1),
    nodeInfo('Container-Runtime', 'containerRuntimeVersion', 1),
  ],
  Service: [
    nameColumn,
    text('Type', (object) => textAt(objectAt(object, 'spec'), 'type')),
    text('Cluster-IP', (object) => textAt(objectAt(object, 'spec'), 'clusterIP') || '<none>'),
    text('External-IP', (object) => textAt(objectAt(object, 'spec'), 'externalName') || '<none>'),
    text('Port(s)', (object) => listAt(objectAt(object, 'spec'), 'ports').map(servicePort).join(',') || '<none>'),
    age,
    text('Selector', (object) => pairs(objectAt(object, 'spec')['selector']), 1),
  ],
  ServiceAccount: [nameColumn, integer('Secrets', (object) => listAt(object, 'secrets').length), age],
  Endpoints: [nameColumn, text('Endpoints', endpointAddresses), age],
  Event: [
    text('Last Seen', (object, now) => ageOf(object['lastTimestamp'] ?? object['eventTime'], now)),
    text('Type', (object) => textAt(object, 'type')),
    text('Reason', (object) => textAt(object, 'reason')),
    text('Object', (object) => {
      const involved = objectAt(object, 'involvedObject');
      return `${textAt(involved, 'kind').toLowerCase()}/${textAt(involved, 'name')}`;
    }),
    text('Subobject', (object) => textAt(objectAt(object, 'involvedObject'), 'fieldPath'), 1),
    text('Source', (object) => textAt(objectAt(object, 'source'), 'component'), 1),
    text('Message', (object) => textAt(object, 'message').trim()),
    text('First Seen', (object, now) => ageOf(object['firstTimestamp'] ?? object['eventTime'], now), 1),
    integer('Count', (object) => numberOf(object['count']), 1),
    { ...nameColumn, priority: 1 },
  ],
  Lease: [nameColumn, text('Holder', (object) => textAt(objectAt(object, 'spec'), 'holderIdentity')), age],
  CustomResourceDefinition: [nameColumn, text('Created At', (object) => object.metadata.creationTimestamp)],
};
