import type { ObjectReference } from '../procedure/plan.ts';

type Located = Pick<ObjectReference, 'apiVersion' | 'resource' | 'namespace'>;

/** Where objects of one kind are listed and created. */
export function collectionPath({ apiVersion, resource, namespace }: Located): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${resource}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

export function objectPath(object: ObjectReference): string {
  return `${collectionPath(object)}/${encodeURIComponent(object.name)}`;
}

/** An object as messages name it, for example `configmaps tigera-operator/kubernetes-services-endpoint`. */
export function objectTitle({ resource, namespace, name }: ObjectReference): string {
  return `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
