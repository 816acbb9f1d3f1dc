import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { clusterObjects } from '../../cluster/objects.ts';
import { clusterProfile } from '../../cluster/profiles.ts';
import { startTestCluster, type TestCluster } from '../../cluster/test-cluster.ts';
import { ApiError } from '../api-client.ts';
import type { KubernetesObject } from '../objects.ts';
import {
  apiVersionOf,
  configMaps,
  daemonSets,
  felixConfigurations,
  imageSets,
  installations,
  pods,
  type Resource,
} from '../resources.ts';
import { operatorProfile } from './profiles.ts';
import { type Recorder, startRecorder } from './recorder.ts';

/** A step that was carried out on the real operator, and what it wrote in turn: reduced recordings. */
interface Step {
  step: string;
  requests: string[];
  code?: number;
  writes: string[];
  degraded?: string[];
}

const folder = new URL('./recordings/', import.meta.url);
const endpointHost = 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io';
/** Seconds in which nothing more may happen after a step's last write: longer than the operator's cadence. */
const quiet = 6;

const kinds: Readonly<Record<string, Resource<KubernetesObject>>> = {
  ConfigMap: configMaps,
  DaemonSet: daemonSets,
  FelixConfiguration: felixConfigurations,
  ImageSet: imageSets,
  Installation: installations,
};
const namespaceOf: Readonly<Record<string, string>> = { ConfigMap: 'tigera-operator', DaemonSet: 'kube-system' };

describe('the operator does what the real one of its version did', { concurrency: 3 }, () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    it(file.replace('.json', '').replace('-', ': '), async () => {
      const steps = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Step[];
      const version = file.slice(0, file.indexOf('-'));
      const test = await startTestCluster({
        profile: { ...clusterProfile(version === '1.15.1' ? 'e1' : 'e4'), operator: operatorProfile(version) },
        configMapRefreshSeconds: 1,
        // No recording has an add-on manager that acts by itself.
        addonManager: { kubeProxy: 'leave', afterSeconds: 1_000_000 },
      });
      try {
        const recorder = await startRecorder(test.api);
        await settle(test);
        for (const step of steps) await replay(test, recorder, step);
        assert.deepEqual(test.errors, []);
      } finally {
        await test.stop();
      }
    });
  }
});

/** The status of the Installation is written a moment after Calico is available. */
async function settle(test: TestCluster): Promise<void> {
  await test.clock.sleep(2 * quiet * 1000);
}

async function replay(test: TestCluster, recorder: Recorder, step: Step): Promise<void> {
  recorder.clear();
  const { writes, degraded = [], code = 200 } = step;
  for (const request of step.requests) assert.equal(await carryOut(test, request), code, step.step);
  const isDone = () => recorder.writes().length >= writes.length && recorder.degraded().length >= degraded.length;
  // What is missing is said by the comparison.
  await test.until(step.step, isDone).catch(() => undefined);
  await test.clock.sleep(quiet * 1000);
  const actual = { writes: inOneOrder(recorder.writes()), degraded: recorder.degraded() };
  assert.deepEqual(actual, { writes: inOneOrder(writes), degraded }, step.step);
}

/** The real operator hands the endpoint to its workloads in no fixed order. */
function inOneOrder(writes: string[]): string[] {
  const isEndpoint = (text: string) => text.includes('KUBERNETES_SERVICE_HOST');
  const endpoints = writes.filter(isEndpoint).sort();
  return writes.map((text) => (isEndpoint(text) ? (endpoints.shift() ?? '') : text));
}

/** `PATCH FelixConfiguration default {spec} {annotations}` and the like; returns the HTTP status. */
async function carryOut(test: TestCluster, request: string): Promise<number> {
  const [verb = '', kind = '', name = ''] = request.split(' ');
  const { api } = test;
  if (verb === 'RESTART') await restartOperator(test);
  else if (verb === 'NODE') test.cluster.behaviours.set(kind, ...(name === 'silent' ? (['notReady'] as const) : []));
  else if (verb === 'APPLY') await applyInstallation(test);
  else if (verb === 'AWAIT') await test.until('the template shows the name', () => endpointIsShown(test));
  else {
    const resource = kinds[kind];
    assert.ok(resource, request);
    const namespace = namespaceOf[kind];
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const body = { apiVersion: apiVersionOf(resource), kind, metadata, ...contentOf(kind, request) };
    try {
      if (verb === 'POST') await api.create(resource, body);
      else if (verb === 'PATCH') await api.patch(resource, metadata, body);
      else if (verb === 'DELETE') await api.delete(resource, metadata);
      else await replaceInstallation(test);
    } catch (error) {
      if (error instanceof ApiError) return error.code;
      throw error;
    }
  }
  return 200;
}

function contentOf(kind: string, request: string): object {
  const parts = request.split(' ').slice(3).join(' ').replace('} {', '}\n{').split('\n');
  const [spec, annotations] = parts.filter((part) => part !== '').map((part) => JSON.parse(part) as object);
  if (spec === undefined) return {};
  const metadata = annotations === undefined ? {} : { metadata: { annotations } };
  if (kind === 'ConfigMap') return { data: spec };
  if (kind === 'DaemonSet') return { spec: { template: { spec } } };
  return { spec, ...metadata };
}

async function restartOperator({ api }: TestCluster): Promise<void> {
  const { items } = await api.list(pods);
  const running = items.filter((pod) => pod.metadata.labels?.['k8s-app'] === 'tigera-operator');
  await Promise.all(running.map((pod) => api.delete(pods, pod.metadata)));
}

async function endpointIsShown({ api }: TestCluster): Promise<boolean> {
  const node = await api.get(daemonSets, { name: 'calico-node', namespace: 'calico-system' });
  return JSON.stringify(node?.spec.template).includes(endpointHost);
}

/** `kubectl apply` of the manifest that AKS wrote: only what it supplies. */
async function applyInstallation({ api }: TestCluster): Promise<void> {
  const { spec } = clusterObjects(clusterProfile('e4')).installation;
  await api.patch(installations, { name: 'default' }, { spec });
}

/** `kubectl replace` of the manifest that AKS wrote. */
async function replaceInstallation({ api }: TestCluster): Promise<void> {
  const { installation } = clusterObjects(clusterProfile('e4'));
  for (;;) {
    const known = await api.get(installations, { name: 'default' });
    assert.ok(known?.metadata.resourceVersion);
    const metadata = { ...installation.metadata, resourceVersion: known.metadata.resourceVersion };
    try {
      await api.replace(installations, { ...installation, metadata });
      return;
    } catch (error) {
      // The operator writes the status in between: read and try again.
      if (!(error instanceof ApiError && error.code === 409)) throw error;
    }
  }
}
