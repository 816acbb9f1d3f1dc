import assert from 'node:assert/strict';
import { textAt } from '../../objects.ts';
import type { ContractCase } from '../case.ts';
import { accepted, refused } from '../case.ts';

export const serverCases: readonly ContractCase[] = [
  {
    name: 'every answer has a date, and a name for the audit',
    async run({ get }) {
      for (const path of ['/api/v1/namespaces/default', '/api/v1/namespaces/none', '/none', '/version']) {
        const { headers } = await get(path);
        assert.match(textAt(headers, 'date'), /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
        assert.match(String(headers['audit-id']), /^[0-9a-f-]{36}$/);
      }
    },
  },
  {
    name: 'a token that is not known is not let in',
    async run({ ask }) {
      const reply = await ask('GET', '/api/v1/namespaces', undefined, { headers: { authorization: 'Bearer wrong' } });
      refused(reply, 401, 'Unauthorized', 'Unauthorized');
    },
  },
  {
    name: 'health is plain text',
    async run({ get }) {
      for (const path of ['/healthz', '/livez', '/readyz']) {
        const reply = accepted(await get(path));
        assert.equal(reply.text, 'ok');
        assert.match(String(reply.headers['content-type']), /^text\/plain/);
      }
    },
  },
  {
    name: 'the version names itself',
    async run({ get }) {
      const { body } = accepted(await get('/version'));
      assert.equal(body['major'], '1');
      assert.match(textAt(body, 'gitVersion'), /^v1\.\d+\.\d+/);
      assert.equal(textAt(body, 'gitVersion').split('.')[1], body['minor']);
    },
  },
  {
    name: 'discovery lists groups and resources',
    async run({ get }) {
      assert.deepEqual(accepted(await get('/api')).body['versions'], ['v1']);
      const groups = accepted(await get('/apis')).body['groups'] as { name: string }[];
      const names = groups.map((group) => group.name);
      for (const name of ['apps', 'batch', 'apiextensions.k8s.io', 'contract.example.com'])
        assert.ok(names.includes(name), name);
      const { body } = accepted(await get('/apis/apps'));
      assert.deepEqual(body['preferredVersion'], { groupVersion: 'apps/v1', version: 'v1' });
      const resources = accepted(await get('/apis/apps/v1')).body['resources'] as {
        name: string;
        shortNames?: string[];
      }[];
      assert.deepEqual(resources.find((resource) => resource.name === 'daemonsets')?.shortNames, ['ds']);
    },
  },
  {
    name: 'aggregated discovery has all of it at once',
    async run({ ask }) {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
      const { body, headers } = accepted(await ask('GET', '/apis', undefined, { headers: { accept } }));
      assert.equal(body.kind, 'APIGroupDiscoveryList');
      assert.match(String(headers['content-type']), /as=APIGroupDiscoveryList/);
      const group = body.items.find((item) => item.metadata['name'] === 'contract.example.com');
      const versions = group?.['versions'] as { version: string; resources: { resource: string; scope: string }[] }[];
      assert.deepEqual(
        versions.map((version) => version.version),
        ['v1'],
      );
      const [first] = versions[0]?.resources ?? [];
      assert.deepEqual([first?.resource, first?.scope], ['gadgets', 'Cluster']);
    },
  },
  {
    name: 'a request body in a form that is not read is refused',
    async run({ ask, configMaps }) {
      const reply = await ask('POST', configMaps, 'a,b', { contentType: 'text/csv' });
      refused(
        reply,
        415,
        'UnsupportedMediaType',
        /^the body of the request was in an unknown format - accepted media types include: /,
      );
    },
  },
  {
    name: 'an answer in a form that is not made is refused',
    async run({ ask, configMaps }) {
      const reply = await ask('GET', configMaps, undefined, { headers: { accept: 'text/csv' } });
      refused(reply, 406, 'NotAcceptable', /^406: Not Acceptable/);
    },
  },
];
