import type { JsonObject, KubernetesObject } from '../objects.ts';
import { objectAt } from '../objects.ts';
import type { Resource } from '../resources/resource.ts';
import type { Cause } from '../status.ts';
import type { DefinitionRulesOptions } from './custom-resource-definition.ts';
import { definitionRules } from './custom-resource-definition.ts';
import type { KindRules } from './kind-rules.ts';
import { invalidValue } from './kind-rules.ts';
import { podRules } from './pod.ts';
import { serviceRules } from './service.ts';
import { daemonSetRules, deploymentRules, jobRules, replicaSetRules } from './workloads.ts';

const namespaceLabel = 'kubernetes.io/metadata.name';

const namespaceRules: KindRules = {
  fill(object, previous) {
    const labels = { ...object.metadata.labels, [namespaceLabel]: object.metadata.name };
    const spec: JsonObject = previous === undefined ? { finalizers: ['kubernetes'] } : objectAt(previous, 'spec');
    return { ...object, metadata: { ...object.metadata, labels }, spec };
  },
  initialStatus: () => ({ phase: 'Active' }),
};

const keyPattern = /^[-._a-zA-Z0-9]+$/;
const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function validateKeys(object: KubernetesObject): Cause[] {
  return ['data', 'binaryData'].flatMap((field) =>
    Object.keys(objectAt(object, field))
      .filter((key) => !keyPattern.test(key))
      .map((key) => invalidValue(`${field}[${key}]`, key, keyRule)),
  );
}

/** The rules of the built-in kinds that have any, by kind. */
export function createKindRules(options: DefinitionRulesOptions): (resource: Resource) => KindRules {
  const rules: { [kind: string]: KindRules } = {
    ConfigMap: { validate: validateKeys },
    CustomResourceDefinition: definitionRules(options),
    DaemonSet: daemonSetRules,
    Deployment: deploymentRules,
    Job: jobRules,
    Namespace: namespaceRules,
    Pod: podRules,
    ReplicaSet: replicaSetRules,
    Secret: { fill: (object) => ({ type: 'Opaque', ...object }), validate: validateKeys },
    Service: serviceRules,
  };
  return (resource) => (resource.custom === undefined ? (rules[resource.kind] ?? {}) : {});
}
