import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import type { Cause } from '../status.ts';

/** What one built-in kind does beyond what all kinds do. */
export interface KindRules {
  /** Fills in defaults; on an update `previous` is what was stored. */
  fill?(object: KubernetesObject, previous: KubernetesObject | undefined): KubernetesObject;
  validate?(object: KubernetesObject, previous: KubernetesObject | undefined): Cause[];
  /** The status of a new object, whatever its creator says. */
  initialStatus?(object: KubernetesObject): JsonObject;
}

export function required(field: string, detail = ''): Cause {
  return {
    reason: 'FieldValueRequired',
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
    field,
  };
}

export function invalidValue(field: string, value: Json | undefined, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

export function notSupported(field: string, value: string, supported: readonly string[]): Cause {
  const values = supported.map((item) => JSON.stringify(item)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
    field,
  };
}

export function notAllowed(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}
