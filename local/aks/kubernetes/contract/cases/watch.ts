import assert from 'node:assert/strict';
import { textAt } from '../../objects.ts';
import type { WatchEvent } from '../api.ts';
import type { CaseContext, ContractCase } from '../case.ts';
import { accepted, configMap, refused } from '../case.ts';

function seen(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, object }) => `${type} ${textAt(object.metadata, 'name')}`);
}

async function revision({ get, configMaps }: CaseContext): Promise<string> {
  return accepted(await get(configMaps)).body.metadata.resourceVersion;
}

export const watchCases: readonly ContractCase[] = [
  {
    name: 'a watch tells what happened since a version, and what happens',
    async run(context) {
      const { create, merge, remove, watch, configMaps } = context;
      const since = await revision(context);
      accepted(await create(configMaps, configMap('a')), 201);
      const watching = watch(`${configMaps}?watch=1&resourceVersion=${since}`, (_, count) => count === 3);
      accepted(await merge(`${configMaps}/a`, { data: { other: '1' } }));
      accepted(await remove(`${configMaps}/a`));
      const events = await watching;
      assert.deepEqual(seen(events), ['ADDED a', 'MODIFIED a', 'DELETED a']);
      assert.equal(events[1]?.object.kind, 'ConfigMap');
      const versions = events.map((event) => Number(event.object.metadata.resourceVersion));
      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((left, right) => left - right),
      );
    },
  },
  {
    name: 'a write that changes nothing is no event',
    async run(context) {
      const { create, merge, watch, configMaps } = context;
      const since = await revision(context);
      accepted(await create(configMaps, configMap('a')), 201);
      accepted(await merge(`${configMaps}/a`, { data: { key: 'value' } }));
      accepted(await merge(`${configMaps}/a`, { data: { key: 'other' } }));
      const events = await watch(`${configMaps}?watch=1&resourceVersion=${since}`, (_, count) => count === 2);
      assert.equal(events[1]?.object.data['key'], 'other');
    },
  },
  {
    name: 'without a version a watch begins with what is there',
    async run({ create, watch, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const events = await watch(`${configMaps}?watch=true&fieldSelector=metadata.name%3Da`, () => true);
      assert.deepEqual(seen(events), ['ADDED a']);
    },
  },
  {
    name: 'an object that enters a selection is added, one that leaves it is deleted',
    async run(context) {
      const { create, merge, watch, configMaps } = context;
      const since = await revision(context);
      accepted(await create(configMaps, configMap('a')), 201);
      const label = (value: string | null) => merge(`${configMaps}/a`, { metadata: { labels: { on: value } } });
      accepted(await label('yes'));
      accepted(await label(null));
      const path = `${configMaps}?watch=1&labelSelector=on&resourceVersion=${since}`;
      assert.deepEqual(seen(await watch(path, (_, count) => count === 2)), ['ADDED a', 'DELETED a']);
    },
  },
  {
    name: 'a watch ends when its time is over',
    async run(context) {
      const since = await revision(context);
      const path = `${context.configMaps}?watch=1&timeoutSeconds=1&resourceVersion=${since}`;
      const events = await context.watch(path, () => false);
      assert.deepEqual(
        events.filter((event) => event.type !== 'BOOKMARK'),
        [],
      );
    },
  },
  {
    name: 'a watch may begin with all objects and a bookmark',
    async run({ create, watch, configMaps }) {
      accepted(await create(configMaps, configMap('a')), 201);
      const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const events = await watch(
        `${configMaps}?${query}&fieldSelector=metadata.name%3Da`,
        (event) => event.type === 'BOOKMARK',
      );
      assert.deepEqual(
        events.map((event) => event.type),
        ['ADDED', 'BOOKMARK'],
      );
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      assert.deepEqual(events[1]?.object.metadata['annotations'], annotations);
    },
  },
  {
    name: 'initial events without the right match are refused by name',
    async run({ get, configMaps }) {
      const reply = await get(`${configMaps}?watch=1&sendInitialEvents=true`);
      refused(
        reply,
        422,
        'Invalid',
        /resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/,
      );
    },
  },
  {
    name: 'a version that is no number is refused',
    async run({ get, configMaps }) {
      const reply = await get(`${configMaps}?watch=1&resourceVersion=abc`);
      refused(reply, 500, '', /^resourceVersion: Invalid value: "abc": strconv.ParseUint/);
    },
  },
  {
    name: 'a watch of a custom resource',
    async run({ get, create, watch, gadgets, unique }) {
      const since = accepted(await get(gadgets)).body.metadata.resourceVersion;
      const given = { apiVersion: 'contract.example.com/v1', kind: 'Gadget', metadata: { name: unique } };
      accepted(await create(gadgets, given), 201);
      const path = `${gadgets}?watch=1&resourceVersion=${since}&fieldSelector=metadata.name%3D${unique}`;
      const [event] = await watch(path, () => true);
      assert.equal(event?.object.kind, 'Gadget');
      assert.equal(event?.type, 'ADDED');
    },
  },
];
