import type { JsonObject, KubernetesFacts } from './facts.ts';
import type { ObjectReference } from './plan.ts';

/** The objects that are written, with the paths of calico.md 2.1. */
export const installation: ObjectReference = {
  apiVersion: 'operator.tigera.io/v1',
  kind: 'Installation',
  resource: 'installations',
  name: 'default',
};

export const felixConfiguration: ObjectReference = {
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'FelixConfiguration',
  resource: 'felixconfigurations',
  name: 'default',
};

export const endpointConfigMap: ObjectReference = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'tigera-operator',
  name: 'kubernetes-services-endpoint',
};

export const kubeProxy: ObjectReference = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  namespace: 'kube-system',
  name: 'kube-proxy',
};

/** The pods of the Deployment `tigera-operator` (calico.md 2.1). */
export const operatorPods = { namespace: 'tigera-operator', labelSelector: 'k8s-app=tigera-operator' } as const;

/** With it the operator marks that it is the one who set `bpfEnabled` (calico.md 1.1). */
export const ownershipAnnotation = 'operator.tigera.io/bpfEnabled';

export const hostVariable = 'KUBERNETES_SERVICE_HOST';
export const portVariable = 'KUBERNETES_SERVICE_PORT';

export function isSameObject(left: ObjectReference, right: ObjectReference): boolean {
  return left.resource === right.resource && left.namespace === right.namespace && left.name === right.name;
}

/** What the facts hold of an object, in its own shape; empty where it is not there or was not read. */
export function presentOf(object: ObjectReference, facts: KubernetesFacts): JsonObject {
  if (isSameObject(object, installation)) return { spec: facts.installation?.spec ?? {} };
  if (isSameObject(object, felixConfiguration)) {
    return {
      metadata: { annotations: { ...facts.felixConfiguration?.annotations } },
      spec: facts.felixConfiguration?.spec ?? {},
    };
  }
  if (isSameObject(object, endpointConfigMap)) return { data: { ...facts.endpointConfigMap } };
  if (isSameObject(object, kubeProxy)) {
    return { spec: { template: { spec: { nodeSelector: { ...facts.kubeProxy?.nodeSelector } } } } };
  }
  return {};
}
