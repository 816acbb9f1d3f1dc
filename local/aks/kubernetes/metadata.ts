import { randomInt } from 'node:crypto';
import type { Json, KubernetesObject } from './objects.ts';
import { isObject } from './objects.ts';
import type { Resource } from './resources/resource.ts';
import type { Cause } from './status.ts';

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `generateName` and five characters that spell no word. */
export function generatedName(prefix: string): string {
  const suffix = Array.from({ length: 5 }, () => suffixAlphabet.charAt(randomInt(suffixAlphabet.length))).join('');
  return prefix.slice(0, 63 - suffix.length) + suffix;
}

const labelOf = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = {
  pattern: new RegExp(`^${labelOf}(\\.${labelOf})*$`),
  longest: 253,
  rule: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${labelOf}(\\.${labelOf})*')`,
};
const label = {
  pattern: new RegExp(`^${labelOf}$`),
  longest: 63,
  rule: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${labelOf}')`,
};
const labelNamed = new Set(['Namespace', 'Service']);
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a name, labels or annotations, in the API server's words. */
export function validateMetadata(object: KubernetesObject, resource: Resource): Cause[] {
  const { name, labels, annotations } = object.metadata;
  if (name === '') {
    return [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ];
  }
  const causes: Cause[] = [];
  const rule = labelNamed.has(resource.kind) ? label : subdomain;
  if (name.length > rule.longest) {
    causes.push(wrong('metadata.name', name, `must be no more than ${rule.longest} characters`));
  }
  if (!rule.pattern.test(name)) causes.push(wrong('metadata.name', name, rule.rule));
  for (const value of values(labels)) {
    const fits = typeof value === 'string' && value.length <= 63 && labelValue.test(value);
    if (!fits) causes.push(wrong('metadata.labels', value, labelValueRule));
  }
  for (const value of values(annotations)) {
    if (typeof value !== 'string') causes.push(wrong('metadata.annotations', value, 'must be a string'));
  }
  return causes;
}

function values(map: Json | undefined): Json[] {
  return isObject(map) ? Object.values(map).filter((value) => value !== undefined) : [];
}

function wrong(field: string, value: Json, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}
