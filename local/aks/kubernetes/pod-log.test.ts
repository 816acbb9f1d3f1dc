import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createClock, startingNow } from '../../clock.ts';
import { createCertificateAuthority } from '../azure/certificates.ts';
import type { ApiServer } from './api-server.ts';
import { createApiServer } from './api-server.ts';
import type { ContractApi } from './contract/api.ts';
import { createContractApi } from './contract/api.ts';
import { accepted, refused } from './contract/case.ts';

const pods = '/api/v1/namespaces/default/pods';

describe('logs of a pod', () => {
  const asked: string[] = [];
  let server: ApiServer;
  let api: ContractApi;
  let kubelet: ReturnType<typeof createServer>;

  async function createNode(name: string, port: number): Promise<void> {
    accepted(await api.create('/api/v1/nodes', { metadata: { name } }), 201);
    const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
    const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } };
    accepted(await api.merge(`/api/v1/nodes/${name}/status`, { status }));
  }

  async function createPod(name: string, nodeName: string, containers: readonly string[]): Promise<void> {
    const spec = { nodeName, containers: containers.map((item) => ({ name: item, image: 'none.example/a:1' })) };
    accepted(await api.create(pods, { metadata: { name }, spec }), 201);
  }

  before(async () => {
    const authority = await createCertificateAuthority();
    const pair = await authority.server(['127.0.0.1']);
    kubelet = createServer(pair, (request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.includes('/missing/') === true) response.writeHead(404).end('container not found\n');
      else response.end('first line\nsecond line\n');
    });
    await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
    server = await createApiServer({
      clock: createClock(startingNow()),
      version: '1.35.4',
      tls: { ...pair, clientCa: authority.cert },
      authenticateToken: () => ({ name: 'admin', groups: [] }),
      kubeletCa: authority.cert,
    });
    api = createContractApi({ url: server.url, ca: authority.cert, token: 'any', controllers: true });
    const { port } = kubelet.address() as AddressInfo;
    await createNode('here', port);
    await createNode('silent', 1);
    await createPod('one', 'here', ['main']);
    await createPod('two', 'here', ['main', 'side']);
    await createPod('lost', 'silent', ['main']);
    await createPod('missing', 'here', ['main']);
  });
  after(async () => {
    api.close();
    kubelet.closeAllConnections();
    kubelet.close();
    await server.close();
  });

  it('come from the kubelet that the node publishes', async () => {
    const reply = accepted(await api.get(`${pods}/one/log?tailLines=5&timestamps=true&follow=false`));
    assert.equal(reply.text, 'first line\nsecond line\n');
    assert.match(String(reply.headers['content-type']), /^text\/plain/);
    assert.equal(asked.at(-1), '/containerLogs/default/one/main?tailLines=5&timestamps=true');
  });

  it('pass on a time to begin at', async () => {
    const since = encodeURIComponent('2026-11-23T10:00:00Z');
    accepted(await api.get(`${pods}/two/log?container=side&sinceTime=${since}&limitBytes=100`));
    assert.equal(asked.at(-1), `/containerLogs/default/two/side?limitBytes=100&sinceTime=${since}`);
  });

  it('need a container where there are several, and one that there is', async () => {
    const message = 'a container name must be specified for pod two, choose one of: [main side]';
    refused(await api.get(`${pods}/two/log`), 400, 'BadRequest', message);
    const unknown = await api.get(`${pods}/two/log?container=none`);
    refused(unknown, 400, 'BadRequest', 'container none is not valid for pod two');
  });

  it('say so when the kubelet does not answer', async () => {
    const reply = await api.get(`${pods}/lost/log`);
    refused(
      reply,
      500,
      'InternalError',
      /containerLogs\/default\/lost\/main": dial tcp 127.0.0.1:1: connect: connection refused$/,
    );
  });

  it('pass on what the kubelet refuses', async () => {
    refused(await api.get(`${pods}/missing/log`), 404, 'NotFound', 'container not found');
  });
});
