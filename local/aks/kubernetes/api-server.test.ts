import assert from 'node:assert/strict';
import { Agent, request as httpsRequest } from 'node:https';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createClock } from '../../clock.ts';
import type { CertificateAuthority } from '../azure/certificates.ts';
import { createCertificateAuthority } from '../azure/certificates.ts';
import type { ApiServer } from './api-server.ts';
import { createApiServer } from './api-server.ts';
import type { ContractApi } from './contract/api.ts';
import { createContractApi } from './contract/api.ts';
import { accepted, configMap, gadgetDefinition, refused } from './contract/case.ts';
import { textAt } from './objects.ts';
import { summarise } from './request-log.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const epoch = Date.parse('2030-01-02T03:04:05Z');

describe('the simulated API server', () => {
  let authority: CertificateAuthority;
  let server: ApiServer;
  let api: ContractApi;

  async function start(version: string): Promise<ApiServer> {
    const pair = await authority.server(['127.0.0.1']);
    return createApiServer({
      clock: createClock({ wallEpoch: Date.now(), epoch, speed: 1 }),
      version,
      tls: { ...pair, clientCa: authority.cert },
      authenticateToken: (token) => (token === 'reader' || token === 'admin' ? { name: token, groups: [] } : undefined),
      authorize: (user, { verb }) => user.name !== 'reader' || verb === 'get' || 'readers only read',
      eventsKept: 10,
    });
  }

  function apiOf(target: ApiServer, token: string): ContractApi {
    return createContractApi({ url: target.url, ca: authority.cert, token, controllers: true });
  }

  before(async () => {
    authority = await createCertificateAuthority();
    server = await start('1.35.4');
    api = apiOf(server, 'admin');
  });
  after(async () => {
    api.close();
    await server.close();
  });
  beforeEach(() => {
    server.faults.clear();
    server.requests.clear();
  });

  it('lives in the time of its clock', async () => {
    const { headers, body } = accepted(await api.create(configMaps, configMap('timed')), 201);
    assert.match(String(headers.date), /^Wed, 02 Jan 2030 03:04:\d\d GMT$/);
    assert.match(textAt(body.metadata, 'creationTimestamp'), /^2030-01-02T03:04:\d\dZ$/);
  });

  it('knows a user by client certificate: common name and organizations', async () => {
    const pair = await authority.client('cert-user', ['cert-group']);
    const agent = new Agent({ ca: authority.cert, ...pair });
    const code = await new Promise((resolve, reject) => {
      const request = httpsRequest(`${server.url}${configMaps}`, { agent }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
    agent.destroy();
    assert.equal(code, 200);
    assert.equal(server.requests.by('cert-user').length, 1);
  });

  it('refuses by name what a user may not do', async () => {
    const reader = apiOf(server, 'reader');
    const reply = await reader.get(configMaps);
    const message =
      'configmaps is forbidden: User "reader" cannot list resource "configmaps" in API group "" in the namespace "default": readers only read';
    refused(reply, 403, 'Forbidden', message);
    const version = await reader.ask('POST', '/version');
    refused(version, 403, 'Forbidden', /^forbidden: User "reader" cannot post path "\/version"/);
    reader.close();
  });

  it('counts reads, polls, writes and connections', async () => {
    accepted(await api.create(configMaps, configMap('counted')), 201);
    await api.get(`${configMaps}/counted`);
    await api.get(`${configMaps}/counted`);
    await api.merge(`${configMaps}/counted`, { data: { a: 'b' } });
    await api.get(`${configMaps}/counted`);
    await api.create(configMaps, configMap('counted'));
    const expected = { writes: 2, reads: 2, readRequests: 3, connections: 1 };
    assert.deepEqual(summarise(server.requests.by('admin')), expected);
    const [entry] = server.requests.entries;
    assert.deepEqual(
      [entry?.verb, entry?.resource, entry?.namespace, entry?.code],
      ['create', 'configmaps', 'default', 201],
    );
    assert.ok((entry?.bytes ?? 0) > 100);
  });

  it('misbehaves as told, as often as told', async () => {
    const match = (entry: { name: string }) => entry.name === 'faulty';
    server.faults.add({ match, answer: { code: 429, retryAfterSeconds: 7 }, times: 1 });
    const busy = await api.get(`${configMaps}/faulty`);
    refused(busy, 429, 'TooManyRequests', /Too many requests/);
    assert.equal(busy.headers['retry-after'], '7');
    assert.equal((await api.get(`${configMaps}/faulty`)).code, 404);
    server.faults.add({ match, answer: 'reset', times: 1 });
    await assert.rejects(api.get(`${configMaps}/faulty`), /socket hang up|ECONNRESET/);
    server.faults.add({ match, answer: { code: 200, body: '{broken' }, times: 1 });
    await assert.rejects(api.get(`${configMaps}/faulty`), SyntaxError);
    const remove = server.faults.add({ match, answer: { code: 500 } });
    assert.equal((await api.get(`${configMaps}/faulty`)).code, 500);
    remove();
    assert.equal((await api.get(`${configMaps}/faulty`)).code, 404);
  });

  it('tells a watch that comes too late to list again', async () => {
    const since = accepted(await api.get(configMaps)).body.metadata.resourceVersion;
    accepted(await api.create(configMaps, configMap('late')), 201);
    for (let count = 0; count < 25; count += 1) {
      accepted(await api.merge(`${configMaps}/late`, { data: { count: String(count) } }));
    }
    const [event] = await api.watch(`${configMaps}?watch=1&resourceVersion=${since}`, () => true);
    assert.equal(event?.type, 'ERROR');
    assert.equal(event?.object['code'], 410);
    assert.equal(event?.object.reason, 'Expired');
  });

  it('refuses server-side apply by name', async () => {
    const contentType = 'application/apply-patch+yaml';
    const reply = await api.ask('PATCH', `${configMaps}/a?fieldManager=me`, configMap('a'), { contentType });
    refused(reply, 415, 'UnsupportedMediaType', /^server-side apply is not served by this simulated API server/);
  });

  it('answers a list of 5,000 pods from what it has serialized', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const spec = { containers: [{ name: 'a', image: 'none.example/a:1' }] };
    accepted(await api.create(pods, { metadata: { name: 'pod' }, spec }), 201);
    const stored = server.store.get('/pods', 'default', 'pod');
    assert.ok(stored !== undefined);
    for (let index = 0; index < 5000; index += 1) {
      const metadata = { ...stored.object.metadata, name: `pod-${index}`, uid: `uid-${index}` };
      server.store.put('/pods', { ...stored.object, metadata });
    }
    const { body } = accepted(await api.get(pods));
    assert.equal(body.items.length, 5001);
    assert.ok(server.store.list('/pods').every((item) => item.json !== undefined));
  });

  it('serves 1.20 as it was: unknown fields kept, no field validation, no aggregated discovery', async () => {
    const old = await start('1.20.2');
    const oldApi = apiOf(old, 'admin');
    const definition = { ...gadgetDefinition, spec: { ...gadgetDefinition.spec, preserveUnknownFields: true } };
    accepted(await oldApi.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition), 201);
    const given = {
      apiVersion: 'contract.example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'a' },
      spec: { other: 1 },
    };
    const { body } = accepted(await oldApi.create('/apis/contract.example.com/v1/gadgets', given), 201);
    assert.equal(body.spec['other'], 1);
    assert.equal((await oldApi.get('/version')).body['gitVersion'], 'v1.20.2');
    assert.equal((await oldApi.get('/openapi/v3')).code, 404);
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    assert.equal((await oldApi.ask('GET', '/apis', undefined, { headers: { accept } })).body.kind, 'APIGroupList');
    oldApi.close();
    await old.close();
  });
});
