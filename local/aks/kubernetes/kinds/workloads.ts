import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, sameJson, textAt } from '../objects.ts';
import { selectorMatches } from '../selectors.ts';
import type { Cause } from '../status.ts';
import type { KindRules } from './kind-rules.ts';
import { invalidValue, notSupported, required } from './kind-rules.ts';
import { fillPodSpec } from './pod-spec.ts';

const templateGeneration = 'deprecated.daemonset.template.generation';

function withTemplate(object: KubernetesObject, defaults: JsonObject): KubernetesObject {
  const spec = objectAt(object, 'spec');
  const template = objectAt(spec, 'template');
  const filled = { metadata: {}, ...template, spec: fillPodSpec(objectAt(template, 'spec')) };
  return { ...object, spec: { ...defaults, ...spec, template: filled } };
}

function rolling(given: JsonObject, defaults: JsonObject): JsonObject {
  const type = textAt(given, 'type') || 'RollingUpdate';
  if (type !== 'RollingUpdate') return { ...given, type };
  return { ...given, type, rollingUpdate: { ...defaults, ...objectAt(given, 'rollingUpdate') } };
}

/** The selector must select the template's pods, and never changes. */
function validateTemplate(object: KubernetesObject, previous: KubernetesObject | undefined): Cause[] {
  const spec = objectAt(object, 'spec');
  const { selector } = spec;
  const template = objectAt(spec, 'template');
  const labels = objectAt(template, 'metadata')['labels'];
  const causes: Cause[] = [];
  const podSpec = objectAt(template, 'spec');
  if (!isObject(selector)) causes.push(required('spec.selector'));
  else if (!selectorMatches(selector, labels)) {
    causes.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  if (listAt(podSpec, 'containers').length === 0) causes.push(required('spec.template.spec.containers'));
  if (podSpec['restartPolicy'] !== 'Always') {
    causes.push(notSupported('spec.template.spec.restartPolicy', textAt(podSpec, 'restartPolicy'), ['Always']));
  }
  if (previous !== undefined && !sameJson(selector, objectAt(previous, 'spec')['selector'])) {
    causes.push(invalidValue('spec.selector', selector, 'field is immutable'));
  }
  return causes;
}

/** The revision of the template, counted in an annotation since apps/v1 has no field for it. */
function countTemplate(object: KubernetesObject, previous: KubernetesObject | undefined): KubernetesObject {
  const count = (from: KubernetesObject) => Number(from.metadata.annotations?.[templateGeneration] ?? 0);
  const templateOf = (from: KubernetesObject) => objectAt(from, 'spec')['template'];
  const changed = previous !== undefined && !sameJson(templateOf(object), templateOf(previous));
  const next = previous === undefined ? 1 : count(previous) + (changed ? 1 : 0);
  const annotations = { ...object.metadata.annotations, [templateGeneration]: String(next) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export const daemonSetRules: KindRules = {
  fill(object, previous) {
    const updateStrategy = rolling(objectAt(objectAt(object, 'spec'), 'updateStrategy'), {
      maxSurge: 0,
      maxUnavailable: 1,
    });
    const filled = withTemplate(object, { revisionHistoryLimit: 10 });
    return countTemplate({ ...filled, spec: { ...objectAt(filled, 'spec'), updateStrategy } }, previous);
  },
  validate: validateTemplate,
  initialStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
};

export const deploymentRules: KindRules = {
  fill(object) {
    const strategy = rolling(objectAt(objectAt(object, 'spec'), 'strategy'), {
      maxSurge: '25%',
      maxUnavailable: '25%',
    });
    const filled = withTemplate(object, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    return { ...filled, spec: { ...objectAt(filled, 'spec'), strategy } };
  },
  validate: validateTemplate,
  initialStatus: () => ({}),
};

export const replicaSetRules: KindRules = {
  fill: (object) => withTemplate(object, { replicas: 1 }),
  validate: validateTemplate,
  initialStatus: () => ({ replicas: 0 }),
};

/** A job's pods are known by its UID, unless it says that it chooses its own selector. */
function selectByUid(object: KubernetesObject): KubernetesObject {
  const spec = objectAt(object, 'spec');
  if (spec['manualSelector'] === true || isObject(spec['selector'])) return object;
  const { uid, name } = object.metadata;
  const template = objectAt(spec, 'template');
  const metadata = objectAt(template, 'metadata');
  const labels: Json = {
    ...objectAt(metadata, 'labels'),
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  return { ...object, spec: { ...spec, selector, template: { ...template, metadata: { ...metadata, labels } } } };
}

export const jobRules: KindRules = {
  fill: (object) =>
    withTemplate(selectByUid(object), {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    }),
  validate(object) {
    const podSpec = objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec');
    const policy = textAt(podSpec, 'restartPolicy');
    if (listAt(podSpec, 'containers').length === 0) return [required('spec.template.spec.containers')];
    if (policy === 'OnFailure' || policy === 'Never') return [];
    return [{ ...required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"') }];
  },
  initialStatus: () => ({}),
};
