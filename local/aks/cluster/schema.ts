/** A part of a structural schema. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer' };
/** An object of which nothing is checked. */
export const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const intOrString: Schema = { 'x-kubernetes-int-or-string': true };

export function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export const conditions = list({
  type: 'object',
  required: ['lastTransitionTime', 'status', 'type'],
  properties: {
    type: text,
    status: text,
    reason: text,
    message: text,
    lastTransitionTime: { type: 'string', format: 'date-time' },
    observedGeneration: { type: 'integer', format: 'int64' },
  },
});
