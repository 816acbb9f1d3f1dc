import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../procedure/facts.ts';
import { beforeOf, differingLeaves, patchBetween, patchOf } from './merge-patch.ts';

interface Case {
  title: string;
  object: JsonObject;
  wanted: JsonObject;
  /** What is sent; empty: nothing. */
  patch: JsonObject;
}

const cases: Case[] = [
  { title: 'everything is as wanted', object: { spec: { a: 1 } }, wanted: { spec: { a: 1 } }, patch: {} },
  {
    title: 'only what differs is sent',
    object: { spec: { a: 1, b: 2 } },
    wanted: { spec: { a: 1, b: 3 } },
    patch: { spec: { b: 3 } },
  },
  {
    title: 'null removes what is there',
    object: { spec: { a: 1 } },
    wanted: { spec: { a: null } },
    patch: { spec: { a: null } },
  },
  {
    title: 'null for what is not there',
    object: { spec: {} },
    wanted: { spec: { a: null, b: { c: null } } },
    patch: {},
  },
  {
    title: 'a parent that is not there',
    object: {},
    wanted: { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } },
    patch: { spec: { calicoNetwork: { linuxDataplane: 'BPF' } } },
  },
  {
    title: 'arrays are leaves',
    object: { spec: { list: [1, 2] } },
    wanted: { spec: { list: [1] } },
    patch: { spec: { list: [1] } },
  },
  { title: 'an empty object that is there with content', object: { spec: { a: 1 } }, wanted: { spec: {} }, patch: {} },
  { title: 'an empty object that is not there', object: {}, wanted: { spec: {} }, patch: { spec: {} } },
  {
    title: 'the autodetection method is replaced',
    object: { spec: { method: { canReach: '1.1.1.1' } } },
    wanted: { spec: { method: { canReach: null, firstFound: null, kubernetes: 'NodeInternalIP' } } },
    patch: { spec: { method: { canReach: null, kubernetes: 'NodeInternalIP' } } },
  },
];

for (const { title, object, wanted, patch } of cases) {
  test(`merge: ${title}`, () => assert.deepEqual(patchOf(differingLeaves(object, wanted)), patch));
}

test('the before-image says what was there, or how much of the path was', () => {
  const object = { spec: { calicoNetwork: { linuxDataplane: 'Iptables' } } };
  assert.deepEqual(beforeOf(object, { path: ['spec', 'calicoNetwork', 'linuxDataplane'], value: 'BPF' }), {
    present: true,
    value: 'Iptables',
  });
  const deep = ['spec', 'calicoNodeDaemonSet', 'spec', 'template'];
  assert.deepEqual(beforeOf(object, { path: deep, value: 1 }), { present: false, absentFrom: 1 });
});

test('the patch between two objects sets, replaces and removes', () => {
  const actual = { same: { a: 1 }, gone: 1, object: { x: 1, y: 2 }, list: [1], other: { z: 1 } };
  const target = { same: { a: 1 }, object: { x: 1 }, list: [2], other: 'text', fresh: { n: 1 } };
  assert.deepEqual(patchBetween(actual, target), {
    gone: null,
    object: { y: null },
    list: [2],
    other: 'text',
    fresh: { n: 1 },
  });
});
