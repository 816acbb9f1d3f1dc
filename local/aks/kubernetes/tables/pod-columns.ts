import type { Json, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt } from '../objects.ts';
import type { Column } from './column.ts';
import { nameColumn, numberOf, text } from './column.ts';
import { ageOf } from './human-duration.ts';

function statuses(object: KubernetesObject, list: string): Json[] {
  return listAt(objectAt(object, 'status'), list);
}

/** The reason of a container's state, such as CrashLoopBackOff or Error. */
function stateReason(container: Json): string {
  const state = objectAt(container, 'state');
  const { waiting, terminated } = state;
  if (isObject(waiting)) return textAt(waiting, 'reason');
  if (!isObject(terminated)) return '';
  return textAt(terminated, 'reason') || `ExitCode:${numberOf(terminated['exitCode'])}`;
}

function initReason(object: KubernetesObject): string {
  const total = listAt(objectAt(object, 'spec'), 'initContainers').length;
  for (const [index, container] of statuses(object, 'initContainerStatuses').entries()) {
    const { terminated, waiting } = objectAt(container, 'state');
    if (isObject(terminated) && numberOf(terminated['exitCode']) === 0) continue;
    if (isObject(terminated)) return `Init:${stateReason(container)}`;
    const reason = isObject(waiting) ? textAt(waiting, 'reason') : '';
    return reason !== '' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${total}`;
  }
  return '';
}

/** What kubectl shows as a pod's status. */
function podStatus(object: KubernetesObject): string {
  const status = objectAt(object, 'status');
  const phase = textAt(status, 'reason') || textAt(status, 'phase');
  const containers = statuses(object, 'containerStatuses');
  const reasons = containers.map(stateReason).filter((reason) => reason !== '');
  const running = containers.some((item) => isObject(objectAt(item, 'state')['running']) && isReady(item));
  const main = reasons.at(0) ?? phase;
  const shown = initReason(object) || (main === 'Completed' && running ? 'Running' : main);
  if (object.metadata.deletionTimestamp === undefined) return shown;
  return textAt(status, 'reason') === 'NodeLost' ? 'Unknown' : 'Terminating';
}

function isReady(container: Json): boolean {
  return isObject(container) && container['ready'] === true;
}

function restarts(object: KubernetesObject, now: Date): string {
  const containers = statuses(object, 'containerStatuses');
  const count = containers.reduce<number>((sum, item) => sum + numberOf(isObject(item) ? item['restartCount'] : 0), 0);
  const ended = containers
    .map((item) => textAt(objectAt(objectAt(item, 'lastState'), 'terminated'), 'finishedAt'))
    .filter((time) => time !== '')
    .sort()
    .at(-1);
  return count === 0 || ended === undefined ? String(count) : `${count} (${ageOf(ended, now)} ago)`;
}

export const podColumns: readonly Column[] = [
  nameColumn,
  text('Ready', (object) => {
    const total = listAt(objectAt(object, 'spec'), 'containers').length;
    return `${statuses(object, 'containerStatuses').filter(isReady).length}/${total}`;
  }),
  text('Status', podStatus),
  text('Restarts', restarts),
  text('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now)),
  text('IP', (object) => textAt(objectAt(object, 'status'), 'podIP') || '<none>', 1),
  text('Node', (object) => textAt(objectAt(object, 'spec'), 'nodeName') || '<none>', 1),
  text('Nominated Node', (object) => textAt(objectAt(object, 'status'), 'nominatedNodeName') || '<none>', 1),
  text('Readiness Gates', () => '<none>', 1),
];
