import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../procedure/facts.ts';
import type { BeforeImage } from '../../procedure/plan.ts';
import { beforeImageKey, isHollow, restored, wasAbsent } from './before-images.ts';

const installation = {
  apiVersion: 'operator.tigera.io/v1',
  kind: 'Installation',
  resource: 'installations',
  name: 'overlay',
};

function was(path: string, value: Json): BeforeImage {
  return { object: installation, path: path.split('.'), before: { present: true, value }, after: 'ours', step: 's' };
}

function wasNot(path: string, absentFrom: number, after: Json = 'ours'): BeforeImage {
  const segments = path === '' ? [] : path.split('.');
  return { object: installation, path: segments, before: { present: false, absentFrom }, after, step: 's' };
}

const metadata = { name: 'overlay' };
const created = { spec: { network: { method: { canReach: '1.1.1.1' } } } };

interface Case {
  title: string;
  object: JsonObject;
  images: BeforeImage[];
  target: JsonObject;
}

const cases: Case[] = [
  {
    title: 'a value comes back',
    object: { spec: { a: 'ours' } },
    images: [was('spec.a', 1)],
    target: { spec: { a: 1 } },
  },
  {
    title: 'of two images of one path the first counts',
    object: { spec: { a: 'ours' } },
    images: [was('spec.a', 1), was('spec.a', 'ours')],
    target: { spec: { a: 1 } },
  },
  {
    title: 'an object comes back whole, without what came into it',
    object: { spec: { method: { canReach: 'x' } } },
    images: [was('spec.method', { firstFound: true })],
    target: { spec: { method: { firstFound: true } } },
  },
  {
    title: 'an absent leaf goes, and the parents that were made for it',
    object: { spec: { mine: { deep: { leaf: 'ours' } }, other: 1 } },
    images: [wasNot('spec.mine.deep.leaf', 1)],
    target: { spec: { other: 1 } },
  },
  {
    title: 'a parent that was there stays, empty as it was',
    object: { spec: { network: { leaf: 'ours' } } },
    images: [wasNot('spec.network.leaf', 2)],
    target: { spec: { network: {} } },
  },
  {
    title: 'a parent that was made stays where somebody put something into it',
    object: { spec: { mine: { leaf: 'ours', theirs: 1 } } },
    images: [wasNot('spec.mine.leaf', 1)],
    target: { spec: { mine: { theirs: 1 } } },
  },
  {
    title: 'what is not there any more needs nothing',
    object: { spec: {} },
    images: [wasNot('spec.mine.leaf', 1)],
    target: { spec: {} },
  },
  {
    title: 'of an object that was made nothing is left but its name',
    object: { metadata, spec: { network: { method: { canReach: '1.1.1.1' }, dataplane: 'BPF' } } },
    images: [wasNot('', 0, created), wasNot('spec.network.dataplane', 2)],
    target: { metadata },
  },
  {
    title: 'of an object that was made, what we changed ourselves goes too',
    object: { metadata, spec: { network: { method: { canReach: 'changed' } } } },
    images: [wasNot('', 0, created), was('spec.network.method.canReach', '1.1.1.1')],
    target: { metadata },
  },
  {
    title: 'an object that somebody else made first keeps what we would have made',
    object: { metadata, ...created },
    images: [wasNot('', 0, created), was('metadata.name', 'overlay')],
    target: { metadata, ...created },
  },
  {
    title: 'what somebody else put into an object that was made, or changed in it, stays',
    object: { metadata, spec: { network: { method: { canReach: '8.8.8.8' } }, theirs: true } },
    images: [wasNot('', 0, created)],
    target: { metadata, spec: { network: { method: { canReach: '8.8.8.8' } }, theirs: true } },
  },
];

for (const { title, object, images, target } of cases) {
  test(`restore: ${title}`, () => {
    const original = structuredClone(object);
    assert.deepEqual(restored(object, images), target);
    assert.deepEqual(object, original);
  });
}

test('a key names object and leaf, and no two leaves share one', () => {
  const felix = { object: { ...installation, resource: 'felixconfigurations', name: 'default' } };
  assert.equal(
    beforeImageKey({ ...was('spec.bpfEnabled', 1), ...felix }),
    'felixconfigurations/default/spec/bpfEnabled',
  );
  const configMap = { ...installation, resource: 'configmaps', namespace: 'tigera-operator', name: 'endpoint' };
  assert.equal(beforeImageKey({ ...wasNot('', 0), object: configMap }), 'configmaps/tigera-operator/endpoint');
  const annotation = { ...was('x', 1), path: ['metadata', 'annotations', 'operator.tigera.io/bpfEnabled'] };
  const slashed = { ...was('x', 1), path: ['metadata', 'annotations', 'operator.tigera.io', 'bpfEnabled'] };
  assert.notEqual(beforeImageKey(annotation), beforeImageKey(slashed));
});

test('hollow is an object with nothing but empty parents', () => {
  assert.ok(isHollow({ kind: 'Installation', metadata, status: { x: 1 }, spec: { a: { b: {} } } }));
  assert.ok(!isHollow({ metadata, spec: { a: [] } }));
  assert.ok(!isHollow({ metadata, data: { key: '' } }));
});

test('an object was absent only where no image says that it was there', () => {
  assert.ok(wasAbsent([wasNot('', 0)]));
  assert.ok(!wasAbsent([wasNot('', 0), was('metadata.name', 'overlay')]));
  assert.ok(!wasAbsent([wasNot('spec.a', 1)]));
});
