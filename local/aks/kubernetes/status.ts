import type { JsonObject } from './objects.ts';
import { defined } from './objects.ts';

/** What a Status and its messages name: a resource, not a kind. */
export interface Named {
  group: string;
  plural: string;
}

export interface Cause extends JsonObject {
  reason: string;
  message: string;
  field: string;
}

/** A request that ends in a `Status` of kind Failure (meta/v1). */
export class StatusError extends Error {
  readonly code: number;
  readonly status: JsonObject;
  readonly headers: Record<string, string>;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: JsonObject,
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
    this.status = defined({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: reason === '' ? undefined : reason,
      details,
      code,
    });
  }
}

function detailsOf(resource: Named, name: string): JsonObject {
  return defined({
    name: name === '' ? undefined : name,
    group: resource.group === '' ? undefined : resource.group,
    kind: resource.plural,
  });
}

/** `installations.operator.tigera.io`, or `pods` in the core group. */
function qualified(resource: Named): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function notFound(resource: Named, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function forbidden(resource: Named, name: string, why: string): StatusError {
  const subject = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(resource, name));
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

/** The store no longer holds what is needed to answer consistently: list again. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function internalError(message: string): StatusError {
  return new StatusError(500, '', message);
}

/** A JSON patch that cannot be applied; the API server keeps the cause to itself. */
export function patchRejected(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function invalid(kind: string, group: string, name: string, causes: readonly Cause[]): StatusError {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const why = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const subject = group === '' ? kind : `${kind}.${group}`;
  const details = defined({
    name: name === '' ? undefined : name,
    group: group === '' ? undefined : group,
    kind,
    causes: [...causes],
  });
  return new StatusError(422, 'Invalid', `${subject} "${name}" is invalid: ${why}`, details);
}
