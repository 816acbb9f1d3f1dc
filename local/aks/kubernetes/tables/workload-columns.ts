import type { KubernetesObject } from '../objects.ts';
import { listAt, objectAt, textAt, valueAt } from '../objects.ts';
import type { Column } from './column.ts';
import { integer, nameColumn, numberOf, pairs, text } from './column.ts';
import { ageOf, humanDuration } from './human-duration.ts';

export const age: Column = text('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));

function count(name: string, ...path: string[]): Column {
  return integer(name, (object) => numberOf(valueAt(object, path)));
}

function containersOf(object: KubernetesObject): ReturnType<typeof listAt> {
  return listAt(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec'), 'containers');
}

const wideWorkload: Column[] = [
  text(
    'Containers',
    (object) =>
      containersOf(object)
        .map((item) => textAt(item, 'name'))
        .join(','),
    1,
  ),
  text(
    'Images',
    (object) =>
      containersOf(object)
        .map((item) => textAt(item, 'image'))
        .join(','),
    1,
  ),
  text('Selector', (object) => pairs(valueAt(object, ['spec', 'selector', 'matchLabels'])), 1),
];

function readyOf(object: KubernetesObject): string {
  const ready = numberOf(valueAt(object, ['status', 'readyReplicas']));
  return `${ready}/${numberOf(valueAt(object, ['spec', 'replicas']))}`;
}

function jobStatus(object: KubernetesObject): string {
  const conditions = listAt(objectAt(object, 'status'), 'conditions');
  const holds = (type: string) =>
    conditions.some((item) => textAt(item, 'type') === type && textAt(item, 'status') === 'True');
  return ['Complete', 'Failed', 'Suspended'].find(holds) ?? 'Running';
}

function jobDuration(object: KubernetesObject, now: Date): string {
  const status = objectAt(object, 'status');
  const started = textAt(status, 'startTime');
  if (started === '') return '';
  const ended = textAt(status, 'completionTime');
  return humanDuration((ended === '' ? now.getTime() : Date.parse(ended)) - Date.parse(started));
}

export const workloadColumns: { [kind: string]: readonly Column[] } = {
  DaemonSet: [
    nameColumn,
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    text('Node Selector', (object) => pairs(valueAt(object, ['spec', 'template', 'spec', 'nodeSelector']))),
    age,
    ...wideWorkload,
  ],
  Deployment: [
    nameColumn,
    text('Ready', readyOf),
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    age,
    ...wideWorkload,
  ],
  ReplicaSet: [
    nameColumn,
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    age,
    ...wideWorkload,
  ],
  Job: [
    nameColumn,
    text('Status', jobStatus),
    text('Completions', (object) => {
      const succeeded = numberOf(valueAt(object, ['status', 'succeeded']));
      return `${succeeded}/${numberOf(valueAt(object, ['spec', 'completions']))}`;
    }),
    text('Duration', jobDuration),
    age,
    ...wideWorkload,
  ],
  ControllerRevision: [
    nameColumn,
    text('Controller', (object) => {
      const owner = object.metadata.ownerReferences?.find((item) => item.controller === true);
      return owner === undefined ? '<none>' : `${controllerType(owner)}/${owner.name}`;
    }),
    integer('Revision', (object) => numberOf(object['revision'])),
    age,
  ],
};

function controllerType(owner: { kind: string; apiVersion: string }): string {
  const [group] = owner.apiVersion.split('/');
  return `${owner.kind.toLowerCase()}.${group}`;
}
