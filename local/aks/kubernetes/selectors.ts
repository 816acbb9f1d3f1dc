import type { Json, KubernetesObject } from './objects.ts';
import { isObject, textAt, valueAt } from './objects.ts';
import { badRequest } from './status.ts';

export type Matcher = (object: KubernetesObject) => boolean;

const setRequirement = /^(?<key>[^\s!=,()]+)\s+(?<operator>in|notin)\s*\((?<values>[^)]*)\)$/;
const equality = /^(?<key>[^\s!=,()]+)\s*(?<operator>==|=|!=)\s*(?<value>[^\s!=,()]*)$/;
const comparison = /^(?<key>[^\s!=,()<>]+)\s*(?<operator>[<>])\s*(?<value>-?\d+)$/;
const existence = /^(?<not>!?)\s*(?<key>[^\s!=,()]+)$/;

/** A label selector of a query; throws 400 BadRequest on what cannot be parsed. */
export function labelMatcher(selector: string): Matcher {
  const requirements = splitRequirements(selector).map(labelRequirement);
  return (object) => requirements.every((matches) => matches(object.metadata.labels ?? {}));
}

/** Splits at the commas that are not inside of parentheses. */
function splitRequirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

type LabelRequirement = (labels: { [key: string]: Json | undefined }) => boolean;

function labelRequirement(text: string): LabelRequirement {
  const set = setRequirement.exec(text)?.groups;
  if (set !== undefined) {
    const { key = '', operator, values = '' } = set;
    const allowed = new Set(values.split(',').map((value) => value.trim()));
    const has = (labels: { [key: string]: Json | undefined }) => typeof labels[key] === 'string';
    const isIn: LabelRequirement = (labels) => has(labels) && allowed.has(textAt(labels, key));
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equal = equality.exec(text)?.groups;
  if (equal !== undefined) {
    const { key = '', operator, value = '' } = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const compared = comparison.exec(text)?.groups;
  if (compared !== undefined) {
    const { key = '', operator, value = '' } = compared;
    const bound = Number(value);
    return (labels) => {
      const label = Number.parseInt(textAt(labels, key), 10);
      return operator === '<' ? label < bound : label > bound;
    };
  }
  const exists = existence.exec(text)?.groups;
  if (exists !== undefined) {
    const { key = '', not } = exists;
    return not === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
  }
  const found = text.split(/\s+/)[1] ?? text;
  throw badRequest(`unable to parse requirement: found '${found}', expected: in, notin, =, ==, !=, gt, lt`);
}

/** The `matchLabels` and `matchExpressions` of an object, as controllers read them. */
export function selectorMatches(selector: Json | undefined, labels: Json | undefined): boolean {
  const wanted = valueAt(selector, ['matchLabels']);
  if (!isObject(wanted)) return true;
  return Object.entries(wanted).every(([key, value]) => isObject(labels) && labels[key] === value);
}

const everyResource = ['metadata.name', 'metadata.namespace'];

/** A field selector of a query over the fields that the resource knows; throws 400 BadRequest on others. */
export function fieldMatcher(selector: string, kind: string, custom: boolean, known: readonly string[] = []): Matcher {
  const terms = selector
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(?<field>[^!=]+)(?<operator>!=|==|=)(?<value>.*)$/s.exec(part)?.groups;
      if (match === undefined) {
        throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
      }
      const { field = '', operator, value = '' } = match;
      if (!everyResource.includes(field) && !known.includes(field)) throw unknownField(field, kind, custom, known);
      return { path: field.split('.'), value, wanted: operator !== '!=' };
    });
  return (object) => terms.every(({ path, value, wanted }) => (fieldText(valueAt(object, path)) === value) === wanted);
}

function fieldText(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function unknownField(field: string, kind: string, custom: boolean, known: readonly string[]): Error {
  if (custom || known.length > 0 || kind === 'Namespace') return badRequest(`field label not supported: ${field}`);
  return badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}
