import assert from 'node:assert/strict';
import type { ContractCase } from '../case.ts';
import { accepted, refused } from '../case.ts';
import { listAt, objectAt, textAt } from '../../objects.ts';

const labels = { app: 'a' };
const podSpec = { containers: [{ name: 'main', image: 'none.example/main:1' }] };

function workload(kind: string, spec: Record<string, unknown> = {}): Record<string, unknown> {
  const template = { metadata: { labels }, spec: podSpec };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'a' },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

export const builtInCases: readonly ContractCase[] = [
  {
    name: 'a pod has defaults and waits',
    async run({ create, namespace }) {
      const { body } = accepted(
        await create(`/api/v1/namespaces/${namespace}/pods`, { metadata: { name: 'a' }, spec: podSpec }),
        201,
      );
      const expected = {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        terminationGracePeriodSeconds: 30,
        securityContext: {},
        schedulerName: 'default-scheduler',
        enableServiceLinks: true,
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
      };
      const { containers, tolerations, ...rest } = body.spec;
      assert.deepEqual(rest, expected);
      assert.deepEqual(containers, [
        {
          ...podSpec.containers[0],
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ]);
      assert.deepEqual(
        listAt({ tolerations }, 'tolerations').map((item) => objectAt({ item }, 'item')['key']),
        ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'],
      );
      assert.deepEqual(body.status, { phase: 'Pending', qosClass: 'BestEffort' });
    },
  },
  {
    name: 'a pod’s spec does not change',
    async run({ create, merge, namespace }) {
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      accepted(await create(pods, { metadata: { name: 'a' }, spec: podSpec }), 201);
      refused(
        await merge(`${pods}/a`, { spec: { nodeName: 'b' } }),
        422,
        'Invalid',
        /pod updates may not change fields/,
      );
      accepted(await merge(`${pods}/a`, { spec: { activeDeadlineSeconds: 5 } }));
      const reply = await merge(`${pods}/a`, { spec: { hostNetwork: true } });
      refused(
        reply,
        422,
        'Invalid',
        /^Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
      );
    },
  },
  {
    name: 'a daemon set has defaults, an empty status, and counts its template',
    async run({ create, merge, namespace }) {
      const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
      const { body } = accepted(await create(path, workload('DaemonSet')), 201);
      assert.deepEqual(body.spec['updateStrategy'], {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
      });
      assert.equal(body.spec['revisionHistoryLimit'], 10);
      const zero = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
      assert.deepEqual(body.status, zero);
      const key = 'deprecated.daemonset.template.generation';
      assert.equal(objectAt(body.metadata, 'annotations')[key], '1');
      const patch = { spec: { template: { spec: { nodeSelector: { a: 'b' } } } } };
      const changed = accepted(await merge(`${path}/a`, patch)).body;
      assert.equal(objectAt(changed.metadata, 'annotations')[key], '2');
      assert.equal(changed.metadata.generation, 2);
    },
  },
  {
    name: 'a deployment has defaults',
    async run({ create, namespace }) {
      const { body } = accepted(
        await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, workload('Deployment')),
        201,
      );
      const { template: _template, selector: _selector, ...rest } = body.spec;
      assert.deepEqual(rest, {
        replicas: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      });
      assert.deepEqual(body.status, {});
    },
  },
  {
    name: 'a selector must select the template',
    async run({ create, namespace }) {
      const given = workload('DaemonSet', { selector: { matchLabels: { app: 'b' } } });
      const reply = await create(`/apis/apps/v1/namespaces/${namespace}/daemonsets`, given);
      const message =
        'DaemonSet.apps "a" is invalid: spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`';
      refused(reply, 422, 'Invalid', message);
    },
  },
  {
    name: 'a selector does not change',
    async run({ create, merge, namespace }) {
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      accepted(await create(path, workload('Deployment')), 201);
      const both = { app: 'a', other: 'b' };
      const reply = await merge(`${path}/a`, {
        spec: { selector: { matchLabels: both }, template: { metadata: { labels: both } } },
      });
      refused(reply, 422, 'Invalid', /spec.selector: Invalid value: .*: field is immutable$/);
    },
  },
  {
    name: 'a workload needs containers',
    async run({ create, namespace }) {
      const template = { metadata: { labels }, spec: {} };
      const reply = await create(
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        workload('Deployment', { template }),
      );
      refused(reply, 422, 'Invalid', 'Deployment.apps "a" is invalid: spec.template.spec.containers: Required value');
    },
  },
  {
    name: 'a job selects its pods by its UID',
    async run({ create, namespace }) {
      const given = { metadata: { name: 'a' }, spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } };
      const { body } = accepted(await create(`/apis/batch/v1/namespaces/${namespace}/jobs`, given), 201);
      assert.deepEqual(body.spec['selector'], {
        matchLabels: { 'batch.kubernetes.io/controller-uid': body.metadata.uid },
      });
      const template = objectAt(objectAt(objectAt(body.spec, 'template'), 'metadata'), 'labels');
      assert.equal(template['batch.kubernetes.io/job-name'], 'a');
      const { backoffLimit, completions, parallelism, suspend } = body.spec;
      assert.deepEqual([backoffLimit, completions, parallelism, suspend], [6, 1, 1, false]);
    },
  },
  {
    name: 'a service is given an address',
    async run({ create, namespace }) {
      const given = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }], selector: labels } };
      const { body } = accepted(await create(`/api/v1/namespaces/${namespace}/services`, given), 201);
      assert.match(textAt(body.spec, 'clusterIP'), /^10\.0\.\d+\.\d+$/);
      assert.deepEqual(body.spec['clusterIPs'], [body.spec['clusterIP']]);
      assert.deepEqual(body.spec['ports'], [{ port: 80, protocol: 'TCP', targetPort: 80 }]);
      const { type, sessionAffinity, ipFamilyPolicy, internalTrafficPolicy } = body.spec;
      assert.deepEqual(
        [type, sessionAffinity, ipFamilyPolicy, internalTrafficPolicy],
        ['ClusterIP', 'None', 'SingleStack', 'Cluster'],
      );
      assert.deepEqual(body.status, { loadBalancer: {} });
    },
  },
  {
    name: 'a namespace is active, and labelled with its name',
    async run({ get, namespace }) {
      const { body } = accepted(await get(`/api/v1/namespaces/${namespace}`));
      assert.deepEqual(body.status, { phase: 'Active' });
      assert.deepEqual(body.spec, { finalizers: ['kubernetes'] });
      assert.deepEqual(body.metadata['labels'], { 'kubernetes.io/metadata.name': namespace });
    },
  },
  {
    name: 'system namespaces and the API’s own service are there',
    async run({ get }) {
      for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
        accepted(await get(`/api/v1/namespaces/${name}`));
      }
      const { body } = accepted(await get('/api/v1/namespaces/default/services/kubernetes'));
      assert.equal(body.spec['clusterIP'], '10.0.0.1');
    },
  },
  {
    name: 'events are found by what they are about',
    async run({ create, get, namespace }) {
      const path = `/api/v1/namespaces/${namespace}/events`;
      const about = (name: string) => ({ kind: 'Pod', namespace, name });
      for (const name of ['a', 'b']) {
        const event = { metadata: { name }, involvedObject: about(name), reason: 'Started', type: 'Normal' };
        accepted(await create(path, event), 201);
      }
      const { body } = accepted(await get(`${path}?fieldSelector=involvedObject.name%3Da,involvedObject.kind%3DPod`));
      assert.deepEqual(
        body.items.map((item) => item.metadata['name']),
        ['a'],
      );
    },
  },
];
