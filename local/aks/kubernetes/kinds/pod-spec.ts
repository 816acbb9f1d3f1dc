import type { Json, JsonObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt } from '../objects.ts';

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'];
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const podDefaults = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  terminationGracePeriodSeconds: 30,
  securityContext: {},
  schedulerName: 'default-scheduler',
};
/** 0644, as JSON has no octal. */
const defaultMode = 420;

/** The defaults of a PodSpec (core/v1), in a pod or in a workload's template. */
export function fillPodSpec(spec: JsonObject): JsonObject {
  const result: JsonObject = { ...podDefaults, ...spec };
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
  if (account !== '') Object.assign(result, { serviceAccountName: account, serviceAccount: account });
  for (const list of containerLists) {
    if (!Array.isArray(spec[list])) continue;
    result[list] = listAt(spec, list).map((container) =>
      isObject(container) ? fillContainer(container, spec['hostNetwork'] === true) : container,
    );
  }
  if (Array.isArray(spec['volumes'])) result['volumes'] = listAt(spec, 'volumes').map(fillVolume);
  return result;
}

function fillContainer(container: JsonObject, hostNetwork: boolean): JsonObject {
  const result: JsonObject = {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(textAt(container, 'image')),
    ...container,
  };
  if (Array.isArray(container['ports'])) {
    result['ports'] = listAt(container, 'ports').map((port) => fillPort(port, hostNetwork));
  }
  if (Array.isArray(container['env'])) result['env'] = listAt(container, 'env').map(fillVariable);
  for (const probe of probes) {
    const value = container[probe];
    if (isObject(value)) result[probe] = fillProbe(value);
  }
  return result;
}

function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:(?<tag>[^/:]+)$/.exec(image)?.groups?.['tag'] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function fillPort(port: Json, hostNetwork: boolean): Json {
  if (!isObject(port)) return port;
  const filled: JsonObject = { protocol: 'TCP', ...port };
  return hostNetwork && port['hostPort'] === undefined ? { ...filled, hostPort: port['containerPort'] } : filled;
}

function fillVariable(variable: Json): Json {
  const source = objectAt(variable, 'valueFrom');
  if (!isObject(variable) || !isObject(source['fieldRef'])) return variable;
  return { ...variable, valueFrom: { ...source, fieldRef: { apiVersion: 'v1', ...source['fieldRef'] } } };
}

function fillProbe(probe: JsonObject): JsonObject {
  const filled: JsonObject = { ...probeDefaults, ...probe };
  const { httpGet } = probe;
  if (isObject(httpGet)) filled['httpGet'] = { path: '/', scheme: 'HTTP', ...httpGet };
  return filled;
}

function fillVolume(volume: Json): Json {
  if (!isObject(volume)) return volume;
  const { configMap, secret, projected, hostPath, downwardAPI, name, ...rest } = volume;
  if (isObject(configMap)) return { ...volume, configMap: { defaultMode, ...configMap } };
  if (isObject(secret)) return { ...volume, secret: { defaultMode, ...secret } };
  if (isObject(projected)) return { ...volume, projected: { defaultMode, ...projected } };
  if (isObject(downwardAPI)) return { ...volume, downwardAPI: { defaultMode, ...downwardAPI } };
  if (isObject(hostPath)) return { ...volume, hostPath: { type: '', ...hostPath } };
  return Object.keys(rest).length === 0 && name !== undefined ? { ...volume, emptyDir: {} } : volume;
}
