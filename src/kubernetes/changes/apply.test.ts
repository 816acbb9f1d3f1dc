import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../procedure/facts.ts';
import type { BeforeImage, Change, ObjectReference } from '../../procedure/plan.ts';
import { Failure } from '../../reasons.ts';
import { type MemoryApi, memoryApi } from '../testing/memory-api.ts';
import { applyChange } from './apply.ts';

const felix: ObjectReference = {
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'FelixConfiguration',
  resource: 'felixconfigurations',
  name: 'default',
};
const felixPath = '/apis/crd.projectcalico.org/v1/felixconfigurations/default';
const endpoint: ObjectReference = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'tigera-operator',
  name: 'kubernetes-services-endpoint',
};
const endpointPath = '/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint';
const stepStartedAt = '2026-11-23T10:00:20.500Z';

/** A guard that notes how many writes had been sent when it was asked. */
function guardOf(api: MemoryApi) {
  const kept: BeforeImage[] = [];
  const writesBefore: number[] = [];
  return {
    kept,
    writesBefore,
    step: 'felix',
    stepStartedAt,
    async keep(images: BeforeImage[]) {
      kept.push(...images);
      writesBefore.push(api.writes());
    },
  };
}

function felixWith(spec: JsonObject): Record<string, JsonObject> {
  return { [felixPath]: { metadata: { name: 'default' }, spec } };
}

function specOf(api: MemoryApi, path = felixPath) {
  return api.objects.get(path)?.['spec'];
}

const cleanUpOff: Change = {
  kind: 'merge',
  object: felix,
  patch: { spec: { bpfKubeProxyIptablesCleanupEnabled: false, bpfEnabled: null } },
};

async function refusalOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  assert.ok(error instanceof Failure, String(error));
  return error;
}

test('merge keeps what it will overwrite, then writes, and a second time writes nothing', async () => {
  const api = memoryApi(felixWith({ healthPort: 9099, bpfEnabled: true }));
  const guard = guardOf(api);

  const first = await applyChange(api, cleanUpOff, guard);
  const second = await applyChange(api, cleanUpOff, guard);

  assert.deepEqual(specOf(api), { healthPort: 9099, bpfKubeProxyIptablesCleanupEnabled: false });
  assert.equal(first.written, true);
  assert.deepEqual(
    first.images.map(({ path, before, after, step }) => ({ path: path.join('.'), before, after, step })),
    [
      {
        path: 'spec.bpfKubeProxyIptablesCleanupEnabled',
        before: { present: false, absentFrom: 1 },
        after: false,
        step: 'felix',
      },
      { path: 'spec.bpfEnabled', before: { present: true, value: true }, after: null, step: 'felix' },
    ],
  );
  assert.deepEqual(guard.kept, first.images);
  assert.deepEqual(guard.writesBefore, [0]);
  assert.deepEqual({ ...second, at: '' }, { object: felix, written: false, at: '', images: [] });
  assert.equal(api.writes(), 1);
});

test('images that cannot be kept stop the write', async () => {
  const api = memoryApi(felixWith({}));
  const guard = { ...guardOf(api), keep: () => Promise.reject(new Error('no store')) };

  await assert.rejects(applyChange(api, cleanUpOff, guard), /no store/);

  assert.equal(api.writes(), 0);
});

test('a write that meets a newer version reads again, and keeps what that read showed', async () => {
  const api = memoryApi(felixWith({ bpfEnabled: true }));
  const guard = guardOf(api);
  let conflicts = 0;
  api.meanwhile = ({ method }) => {
    if (method !== 'PATCH' || conflicts === 2) return;
    conflicts += 1;
    api.put(felixPath, { metadata: { name: 'default' }, spec: { bpfEnabled: false, theirs: conflicts } });
  };

  const applied = await applyChange(api, cleanUpOff, guard);

  assert.deepEqual(specOf(api), { theirs: 2, bpfKubeProxyIptablesCleanupEnabled: false });
  assert.deepEqual(applied.images[1]?.before, { present: true, value: false });
});

test('what an earlier try wrote, unconfirmed, is told as written; what it did not write is seen anew', async () => {
  const api = memoryApi(felixWith({ bpfEnabled: true }));
  const { images } = await applyChange(api, cleanUpOff, guardOf(api));
  const kept = images.map((image) => Object.assign(image, { unconfirmed: true }));
  const again = await applyChange(api, cleanUpOff, { ...guardOf(api), kept });
  assert.deepEqual([again.written, again.images], [false, kept]);

  api.put(felixPath, { metadata: { name: 'default' }, spec: { bpfEnabled: false } });
  const anew = await applyChange(api, cleanUpOff, { ...guardOf(api), kept });
  assert.deepEqual(
    anew.images.map(({ before }) => before.present && before.value),
    [false, false],
  );
});

test('an unconfirmed image is brought back only where its write is seen', async () => {
  const api = memoryApi(felixWith({ healthPort: 9099 }));
  const path = ['spec', 'healthPort'];
  const before = { present: true as const, value: 1 };
  const image = { object: felix, path, before, after: 9999, step: 'felix', unconfirmed: true };
  const back: Change = { kind: 'restore', object: felix, images: [image] };

  await applyChange(api, back, guardOf(api));
  assert.deepEqual(specOf(api), { healthPort: 9099 });

  api.put(felixPath, { metadata: { name: 'default' }, spec: { healthPort: 9999 } });
  await applyChange(api, back, guardOf(api));
  assert.deepEqual(specOf(api), { healthPort: 1 });
});

test('an object that an earlier try made, whose answer was lost, is told as made by us', async () => {
  const metadata = { name: endpoint.name, creationTimestamp: '2026-11-23T10:00:21Z' };
  const api = memoryApi({ [endpointPath]: { metadata, data } });
  const before = { present: false as const, absentFrom: 0 };
  const absence: BeforeImage = {
    object: endpoint,
    path: [],
    before,
    after: { data },
    step: 'felix',
    unconfirmed: true,
  };

  const ours = await applyChange(api, createEndpoint, { ...guardOf(api), kept: [absence] });
  const theirs = await applyChange(api, createEndpoint, guardOf(api));

  assert.deepEqual([ours.written, ours.images], [false, [absence]]);
  assert.deepEqual(
    theirs.images.map(({ path }) => path.join('.')),
    ['metadata.name'],
  );
});

test('an object that an earlier run of ours made is still ours', async () => {
  const metadata = { name: endpoint.name, creationTimestamp: '2026-11-23T09:00:00Z' };
  const api = memoryApi({ [endpointPath]: { metadata, data: { ...data, KUBERNETES_SERVICE_PORT: '1' } } });
  const before = { present: false as const, absentFrom: 0 };
  const kept: BeforeImage[] = [{ object: endpoint, path: [], before, after: { data }, step: 'felix' }];
  const guard = { ...guardOf(api), kept };

  const { images } = await applyChange(api, createEndpoint, guard);

  assert.deepEqual(
    images.map(({ path }) => path),
    [['data', 'KUBERNETES_SERVICE_PORT']],
  );
});

test('after five conflicts the write is left to a later try', async () => {
  const api = memoryApi(felixWith({}));
  api.meanwhile = ({ method }) => {
    if (method === 'PATCH') api.put(felixPath, { metadata: { name: 'default' }, spec: {} });
  };

  const error: unknown = await applyChange(api, cleanUpOff, guardOf(api)).catch((thrown: unknown) => thrown);

  assert.ok(error instanceof Error && !(error instanceof Failure));
  assert.equal(api.writes(), 5);
});

test('a field that the server prunes is named', async () => {
  const api = memoryApi(felixWith({}));
  api.admit = (object) => ({ ...object, spec: {} });

  const error = await refusalOf(applyChange(api, cleanUpOff, guardOf(api)));

  assert.equal(error.kind, 'permanent');
  assert.match(error.message, /spec\.bpfKubeProxyIptablesCleanupEnabled of felixconfigurations default/);
});

test('merge into an object that is not there is refused', async () => {
  const error = await refusalOf(applyChange(memoryApi(), cleanUpOff, guardOf(memoryApi())));

  assert.equal(error.reason.code, 'REQUEST_REFUSED');
});

const data = { KUBERNETES_SERVICE_HOST: 'demo.azmk8s.io', KUBERNETES_SERVICE_PORT: '443' };
const createEndpoint: Change = { kind: 'apply', object: endpoint, body: { data } };

test('apply creates without a read; again after a crash it finds its own work', async () => {
  const api = memoryApi();
  const guard = guardOf(api);

  const first = await applyChange(api, createEndpoint, guard);
  assert.deepEqual(
    api.requests.map(({ method }) => method),
    ['POST'],
  );
  const second = await applyChange(api, createEndpoint, guard);

  assert.deepEqual(api.objects.get(endpointPath)?.['data'], data);
  assert.equal(first.written, true);
  assert.deepEqual(guard.writesBefore[0], 0);
  assert.deepEqual(first.images, [
    { object: endpoint, path: [], before: { present: false, absentFrom: 0 }, after: { data }, step: 'felix' },
  ]);
  assert.deepEqual([second.written, second.images], [false, []]);

  await applyChange(api, { kind: 'restore', object: endpoint, images: guard.kept }, guard);
  assert.equal(api.objects.has(endpointPath), false);
});

test('apply to an object that somebody had made before never leads to its deletion', async () => {
  const metadata = { name: endpoint.name, creationTimestamp: '2026-11-23T09:00:00Z' };
  const api = memoryApi({ [endpointPath]: { metadata, data } });
  const guard = guardOf(api);

  const applied = await applyChange(api, createEndpoint, guard);
  await applyChange(api, { kind: 'restore', object: endpoint, images: guard.kept }, guard);

  assert.equal(applied.written, false);
  assert.deepEqual(api.objects.get(endpointPath)?.['data'], data);
});

test('restore leaves alone what others own, and is done after one time', async () => {
  const api = memoryApi(felixWith({ healthPort: 9099, bpfEnabled: true }));
  const guard = guardOf(api);
  const { images } = await applyChange(api, cleanUpOff, guard);
  const back: Change = { kind: 'restore', object: felix, images };

  const first = await applyChange(api, back, guard);
  const second = await applyChange(api, back, guard);

  assert.deepEqual(specOf(api), { healthPort: 9099, bpfEnabled: true });
  assert.deepEqual([first.written, second.written, first.images], [true, false, []]);
});

test('an object that was there stays, even when nothing is left in it', async () => {
  const api = memoryApi(felixWith({}));
  const guard = guardOf(api);
  const { images } = await applyChange(api, cleanUpOff, guard);

  await applyChange(api, { kind: 'restore', object: felix, images }, guard);

  assert.deepEqual(specOf(api), {});
});

test('an object that we made stays where somebody put something into it just before the deletion', async () => {
  const api = memoryApi();
  const guard = guardOf(api);
  await applyChange(api, createEndpoint, guard);
  api.meanwhile = ({ method }) => {
    if (method !== 'DELETE') return;
    api.put(endpointPath, { ...api.objects.get(endpointPath), data: { ...data, THEIRS: '1' } });
  };

  await applyChange(api, { kind: 'restore', object: endpoint, images: guard.kept }, guard);

  assert.deepEqual(api.objects.get(endpointPath)?.['data'], { THEIRS: '1' });
});

test('restore of an object that is gone has nothing to do', async () => {
  const api = memoryApi();
  const change: Change = { kind: 'restore', object: felix, images: [] };

  assert.equal((await applyChange(api, change, guardOf(api))).written, false);
});

test('only the pods from before the step are deleted', async () => {
  const pods = '/api/v1/namespaces/tigera-operator/pods';
  const pod = (creationTimestamp: string) => ({ metadata: { name: creationTimestamp, creationTimestamp } });
  const api = memoryApi({
    [`${pods}/2026-11-23T10:00:19Z`]: pod('2026-11-23T10:00:19Z'),
    [`${pods}/2026-11-23T10:00:20Z`]: pod('2026-11-23T10:00:20Z'),
  });
  const change: Change = {
    kind: 'delete-pods',
    namespace: 'tigera-operator',
    labelSelector: 'k8s-app=tigera-operator',
  };
  const left = () => [...api.objects.values()].map(({ metadata }) => metadata);

  // Names with a colon are escaped on their way, as no real pod's name needs.
  api.meanwhile = (request) => Object.assign(request, { path: decodeURIComponent(request.path) });
  const first = await applyChange(api, change, guardOf(api));
  const second = await applyChange(api, change, guardOf(api));

  assert.equal(api.objects.size, 1);
  assert.ok(JSON.stringify(left()).includes('10:00:20Z'));
  assert.deepEqual([first.written, second.written], [true, false]);
  assert.deepEqual(api.requests[0]?.query, { labelSelector: 'k8s-app=tigera-operator' });
});
