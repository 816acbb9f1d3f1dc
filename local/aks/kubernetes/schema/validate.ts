import type { Json, JsonObject } from '../objects.ts';
import { isObject, sameJson } from '../objects.ts';
import type { Cause } from '../status.ts';
import { hasFormat } from './formats.ts';
import { compilePattern } from './pattern.ts';
import type { Schema } from './schema.ts';
import { childPath, valueSchema } from './schema.ts';

/** What is wrong with a custom resource, in the API server's words; empty when nothing is. */
export function validate(object: JsonObject, schema: Schema): Cause[] {
  const causes: Cause[] = [];
  const { metadata: _metadata, ...rest } = object;
  validateValue(rest, withoutRoot(schema), '', causes);
  return causes;
}

/** metadata is the API server's own and is validated elsewhere. */
function withoutRoot(schema: Schema): Schema {
  const { metadata: _metadata, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

function invalidValue(causes: Cause[], field: string, value: Json, why: string): void {
  const message = `Invalid value: ${shown(value)}: ${field} ${why}`;
  causes.push({ reason: 'FieldValueInvalid', message, field: field === '' ? '<nil>' : field });
}

function shown(value: Json): string {
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : JSON.stringify(value);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(value: Json, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'].includes(typeName(value));
  const actual = typeName(value);
  return schema.type === undefined || actual === schema.type || (actual === 'integer' && schema.type === 'number');
}

function validateValue(value: Json, schema: Schema, path: string, causes: Cause[]): void {
  if (value === null && schema.nullable === true) return;
  if (!hasType(value, schema)) {
    const actual = typeName(value);
    const expected = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : (schema.type ?? '');
    const message = `Invalid value: "${actual}": ${path} in body must be of type ${expected}: "${actual}"`;
    causes.push({ reason: 'FieldValueTypeInvalid', message, field: path });
    return;
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => sameJson(allowed, value))) {
    const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    causes.push({ reason: 'FieldValueNotSupported', message, field: path });
  }
  if (typeof value === 'string') validateText(value, schema, path, causes);
  else if (typeof value === 'number') validateNumber(value, schema, path, causes);
  else if (Array.isArray(value)) validateList(value, schema, path, causes);
  else if (isObject(value)) validateObject(value, schema, path, causes);
  validateJunctors(value, schema, path, causes);
}

function validateText(value: string, schema: Schema, path: string, causes: Cause[]): void {
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const message = `Too long: may not be more than ${schema.maxLength} bytes`;
    causes.push({ reason: 'FieldValueTooLong', message, field: path });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    invalidValue(causes, path, value, `in body should be at least ${schema.minLength} chars long`);
  }
  if (schema.pattern !== undefined && !compilePattern(schema.pattern).test(value)) {
    invalidValue(causes, path, value, `in body should match '${schema.pattern}'`);
  }
  if (schema.format !== undefined && !hasFormat(value, schema.format)) {
    invalidValue(causes, path, value, `in body must be of type ${schema.format}: ${JSON.stringify(value)}`);
  }
}

function validateNumber(value: number, schema: Schema, path: string, causes: Cause[]): void {
  const { minimum, maximum, multipleOf } = schema;
  const above = schema.exclusiveMinimum === true ? 'greater than' : 'greater than or equal to';
  const below = schema.exclusiveMaximum === true ? 'less than' : 'less than or equal to';
  const tooSmall = minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum);
  const tooLarge = maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum);
  if (tooSmall) invalidValue(causes, path, value, `in body should be ${above} ${minimum}`);
  if (tooLarge) invalidValue(causes, path, value, `in body should be ${below} ${maximum}`);
  if (multipleOf !== undefined && value % multipleOf !== 0) {
    invalidValue(causes, path, value, `in body should be a multiple of ${multipleOf}`);
  }
}

function validateList(value: Json[], schema: Schema, path: string, causes: Cause[]): void {
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const message = `Too many: ${value.length}: must have at most ${schema.maxItems} items`;
    causes.push({ reason: 'FieldValueTooMany', message, field: path });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    invalidValue(causes, path, value.length, `in body should have at least ${schema.minItems} items`);
  }
  const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
  const identities = keys === undefined ? [] : value.map((item) => identity(item, keys));
  for (const [index, item] of value.entries()) {
    if (schema.items !== undefined) validateValue(item, schema.items, `${path}[${index}]`, causes);
    const own = identities[index];
    if (own !== undefined && identities.indexOf(own) < index) {
      causes.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: ${own}`, field: `${path}[${index}]` });
    }
  }
}

function identity(item: Json, keys: readonly string[]): string {
  return JSON.stringify(isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item);
}

function validateObject(value: JsonObject, schema: Schema, path: string, causes: Cause[]): void {
  const count = Object.keys(value).length;
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: childPath(path, name) });
    }
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    invalidValue(causes, path, count, `in body should have at least ${schema.minProperties} properties`);
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    const message = `Too many: ${count}: must have at most ${schema.maxProperties} items`;
    causes.push({ reason: 'FieldValueTooMany', message, field: path });
  }
  const others = valueSchema(schema);
  for (const [key, item] of Object.entries(value)) {
    const property = schema.properties?.[key] ?? others;
    if (item !== undefined && property !== undefined) validateValue(item, property, childPath(path, key), causes);
  }
}

function validateJunctors(value: Json, schema: Schema, path: string, causes: Cause[]): void {
  const passes = (candidate: Schema): boolean => {
    const found: Cause[] = [];
    validateValue(value, candidate, path, found);
    return found.length === 0;
  };
  for (const part of schema.allOf ?? []) validateValue(value, part, path, causes);
  const where = path === '' ? '<nil>' : path;
  if (schema.anyOf !== undefined && schema['x-kubernetes-int-or-string'] !== true && !schema.anyOf.some(passes)) {
    invalidValue(causes, where, value, 'in body must validate at least one schema (anyOf)');
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter(passes).length !== 1) {
    invalidValue(causes, where, value, 'in body must validate one and only one schema (oneOf)');
  }
  if (schema.not !== undefined && passes(schema.not)) {
    invalidValue(causes, where, value, 'in body must not validate the schema (not)');
  }
}
