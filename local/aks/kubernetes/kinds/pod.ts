import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, sameJson, textAt } from '../objects.ts';
import type { Cause } from '../status.ts';
import type { KindRules } from './kind-rules.ts';
import { notAllowed, required } from './kind-rules.ts';
import { fillPodSpec } from './pod-spec.ts';

const priorities: { [className: string]: number } = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** What the admission plugin DefaultTolerationSeconds adds. */
const defaultTolerations = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

function fill(object: KubernetesObject, previous: KubernetesObject | undefined): KubernetesObject {
  const spec = fillPodSpec(objectAt(object, 'spec'));
  if (previous !== undefined) return { ...object, spec };
  const admitted: JsonObject = {
    priority: priorities[textAt(spec, 'priorityClassName')] ?? 0,
    preemptionPolicy: 'PreemptLowerPriority',
    enableServiceLinks: true,
    ...spec,
    tolerations: tolerations(listAt(spec, 'tolerations')),
  };
  return { ...object, spec: admitted };
}

function tolerations(given: readonly Json[]): Json[] {
  const tolerates = (wanted: { key: string; effect: string }) => (item: Json) => {
    if (!isObject(item)) return false;
    const key = textAt(item, 'key');
    const effect = textAt(item, 'effect');
    return (key === '' || key === wanted.key) && (effect === '' || effect === wanted.effect);
  };
  return [...given, ...defaultTolerations.filter((wanted) => !given.some(tolerates(wanted)))];
}

const changeable = new Set(['tolerations', 'activeDeadlineSeconds', 'terminationGracePeriodSeconds']);

/** Only images and a few fields of a pod may change; the real message goes on with a diff. */
function validate(object: KubernetesObject, previous: KubernetesObject | undefined): Cause[] {
  const spec = objectAt(object, 'spec');
  if (listAt(spec, 'containers').length === 0) return [required('spec.containers')];
  if (previous === undefined || sameJson(frozen(spec), frozen(objectAt(previous, 'spec')))) return [];
  const fields = [
    'spec.containers[*].image',
    'spec.initContainers[*].image',
    'spec.activeDeadlineSeconds',
    'spec.tolerations',
    'spec.terminationGracePeriodSeconds',
  ].map((field) => `\`${field}\``);
  const terms = 'only additions to existing tolerations,allow it to be set to 1 if it was previously negative';
  const [image, initImage, deadline, toleration, grace] = fields;
  const named = `${image},${initImage},${deadline},${toleration} (${terms.split(',')[0]}),${grace} (${terms.split(',')[1]})`;
  return [notAllowed('spec', `pod updates may not change fields other than ${named}`)];
}

function frozen(spec: JsonObject): JsonObject {
  const rest = Object.fromEntries(Object.entries(spec).filter(([key]) => !changeable.has(key)));
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    rest[list] = listAt(spec, list).map(withoutImage);
  }
  return rest;
}

function withoutImage(container: Json): Json {
  if (!isObject(container)) return container;
  const { image: _image, ...rest } = container;
  return rest;
}

/** Guaranteed when every container limits what it requests; Burstable with any request; else BestEffort. */
function qosClass(object: KubernetesObject): string {
  const resources = listAt(objectAt(object, 'spec'), 'containers').map((item) => objectAt(item, 'resources'));
  const given = resources.filter((item) => isObject(item['requests']) || isObject(item['limits']));
  if (given.length === 0) return 'BestEffort';
  const guaranteed = resources.every(({ limits, requests }) => {
    const limited = isObject(limits) && limits['cpu'] !== undefined && limits['memory'] !== undefined;
    return limited && (requests === undefined || sameJson(requests, limits));
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

export const podRules: KindRules = {
  fill,
  validate,
  initialStatus: (object) => ({ phase: 'Pending', qosClass: qosClass(object) }),
};
