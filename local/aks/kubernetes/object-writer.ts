import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { KindRules } from './kinds/kind-rules.ts';
import { generatedName, validateMetadata } from './metadata.ts';
import type { JsonObject, KubernetesObject, ObjectMeta } from './objects.ts';
import { defined, sameJson } from './objects.ts';
import type { Resource } from './resources/resource.ts';
import { bucketOf, hasStatus } from './resources/resource.ts';
import { validate } from './schema/validate.ts';
import type { Cause } from './status.ts';
import { alreadyExists, conflict, forbidden, internalError, invalid, notFound, objectModified } from './status.ts';
import type { Store, Stored } from './store/store.ts';
import { rfc3339 } from './time.ts';

export interface WriterOptions {
  store: Store;
  clock: Clock;
  rulesOf(resource: Resource): KindRules;
}

export interface Update {
  resource: Resource;
  stored: Stored;
  next: KubernetesObject;
  subresource: string;
  /** A PUT must say which version of a custom resource it replaces, a patch need not. */
  replaces: boolean;
  dryRun: boolean;
}

export interface Creation {
  resource: Resource;
  namespace: string;
  object: KubernetesObject;
  dryRun: boolean;
}

/** Creates and updates by the rules that all kinds share (apimachinery's registry strategies). */
export interface ObjectWriter {
  create(creation: Creation): Stored;
  update(update: Update): Stored;
}

export function createObjectWriter(options: WriterOptions): ObjectWriter {
  const { store, clock, rulesOf } = options;

  function checkNamespace(resource: Resource, namespace: string, name: string): void {
    if (!resource.namespaced) return;
    const found = store.get('/namespaces', '', namespace);
    if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
    if (found.object.metadata.deletionTimestamp === undefined) return;
    throw forbidden(
      resource,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }

  function causesOf(resource: Resource, object: KubernetesObject, previous: KubernetesObject | undefined): Cause[] {
    const causes = validateMetadata(object, resource);
    if (resource.custom !== undefined) causes.push(...validate(object, resource.custom.schema));
    return [...causes, ...(rulesOf(resource).validate?.(object, previous) ?? [])];
  }

  function create(creation: Creation): Stored {
    const { resource, namespace, dryRun } = creation;
    const given = creation.object;
    if (given.metadata.resourceVersion !== '') {
      throw internalError('resourceVersion should not be set on objects to be created');
    }
    const { generateName } = given.metadata;
    const name =
      given.metadata.name === '' && generateName !== undefined ? generatedName(generateName) : given.metadata.name;
    const { labels, annotations, ownerReferences, finalizers } = given.metadata;
    const metadata = defined({
      name,
      generateName,
      namespace: resource.namespaced ? namespace : undefined,
      uid: randomUUID(),
      resourceVersion: undefined,
      generation: resource.generation ? 1 : undefined,
      creationTimestamp: rfc3339(clock.now()),
      labels,
      annotations,
      ownerReferences,
      finalizers,
    }) as ObjectMeta;
    const rules = rulesOf(resource);
    let object: KubernetesObject = { ...given, metadata };
    if (hasStatus(resource)) {
      const { status: _status, ...rest } = object;
      object = rest;
    }
    object = rules.fill?.(object, undefined) ?? object;
    const causes = causesOf(resource, object, undefined);
    if (causes.length > 0) throw invalid(resource.kind, resource.group, name, causes);
    checkNamespace(resource, namespace, name);
    const status = rules.initialStatus?.(object);
    if (status !== undefined) object = { ...object, status };
    if (store.get(bucketOf(resource), metadata.namespace ?? '', name) !== undefined)
      throw alreadyExists(resource, name);
    return dryRun ? { object, revision: 0, json: undefined } : store.put(bucketOf(resource), object);
  }

  function update(change: Update): Stored {
    const { resource, stored, subresource, dryRun } = change;
    const previous = stored.object;
    checkPreconditions(change);
    const metadata = updatedMetadata(change);
    let next = divided(change, metadata);
    const touchesMain = subresource === '';
    if (touchesMain) next = rulesOf(resource).fill?.(next, previous) ?? next;
    if (resource.generation && touchesMain && specChanged(resource, next, previous)) {
      next = { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
    }
    const causes = causesOf(resource, next, previous);
    if (causes.length > 0) throw invalid(resource.kind, resource.group, metadata.name, causes);
    if (sameJson(next, previous)) return stored;
    if (dryRun) return { object: next, revision: stored.revision, json: undefined };
    const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = next.metadata;
    const released = deletionTimestamp !== undefined && (finalizers ?? []).length === 0;
    if (released && (deletionGracePeriodSeconds ?? 0) === 0 && resource.kind !== 'Namespace') {
      return store.remove(bucketOf(resource), next);
    }
    return store.put(bucketOf(resource), next);
  }

  return { create, update };
}

function checkPreconditions({ resource, stored, next, replaces }: Update): void {
  const previous = stored.object.metadata;
  const { name, uid, resourceVersion, deletionTimestamp } = next.metadata;
  const immutable = (field: string, value: string, why: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${value}: ${why}`,
    field,
  });
  if (uid !== '' && uid !== previous.uid) {
    if (!replaces) {
      const cause = immutable('metadata.uid', JSON.stringify(uid), 'field is immutable');
      throw invalid(resource.kind, resource.group, name, [cause, cause]);
    }
    const key = `/registry/${[resource.plural, previous.namespace, name].filter((part) => part !== undefined).join('/')}`;
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.uid}`,
    );
  }
  if (deletionTimestamp !== undefined && previous.deletionTimestamp === undefined) {
    const cause = immutable('metadata.deletionTimestamp', JSON.stringify(deletionTimestamp), 'field is immutable');
    throw invalid(resource.kind, resource.group, name, [cause, cause]);
  }
  if (resourceVersion === '') {
    if (!replaces || resource.unconditionalUpdate) return;
    const cause = immutable('metadata.resourceVersion', '0', 'must be specified for an update');
    throw invalid(resource.plural, resource.group, name, [cause]);
  }
  if (!/^\d+$/.test(resourceVersion)) {
    throw internalError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  }
  if (resourceVersion !== previous.resourceVersion) throw conflict(resource, name, objectModified);
}

/** A client may change labels, annotations, owners and finalizers; the rest of the metadata is the server's. */
function updatedMetadata({ resource, stored, next, subresource }: Update): ObjectMeta {
  const previous = stored.object.metadata;
  if (resource.custom !== undefined && subresource === 'status') return previous;
  const { labels, annotations, ownerReferences, finalizers } = next.metadata;
  const given = { labels, annotations, ownerReferences, finalizers };
  const kept = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, Object.keys(value ?? {}).length === 0 ? undefined : value]),
  );
  return defined({ ...previous, ...kept }) as ObjectMeta;
}

/** The status is written through its subresource only, the rest through the resource only. */
function divided({ resource, stored, next, subresource }: Update, metadata: ObjectMeta): KubernetesObject {
  const previous = stored.object;
  if (subresource === 'status') return withStatus({ ...previous, metadata }, next);
  if (subresource === 'finalize') {
    return { ...previous, metadata, spec: next['spec'] };
  }
  return hasStatus(resource) ? withStatus({ ...next, metadata }, previous) : { ...next, metadata };
}

function withStatus(object: KubernetesObject, source: JsonObject): KubernetesObject {
  const { status: _status, ...rest } = object;
  const { status } = source;
  return status === undefined ? rest : { ...rest, status };
}

/** The generation counts what is neither metadata nor, where it is written apart, status. */
function specChanged(resource: Resource, next: KubernetesObject, previous: KubernetesObject): boolean {
  const counted = (object: KubernetesObject): JsonObject => {
    if (resource.custom === undefined) return { spec: object['spec'] };
    const { metadata: _metadata, apiVersion: _version, ...rest } = object;
    return rest;
  };
  return !sameJson(counted(next), counted(previous));
}
