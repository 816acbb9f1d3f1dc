import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClock, startingNow } from '../../clock.ts';
import { createCertificateAuthority } from '../azure/certificates.ts';
import { type ApiServer, createApiServer } from '../kubernetes/api-server.ts';
import { ApiClient } from './api-client.ts';
import type { ConfigMap } from './objects.ts';
import { configMaps } from './resources.ts';

interface Rig {
  apiServer: ApiServer;
  /** The client whose informer is looked at, and another one that writes. */
  reader: ApiClient;
  writer: ApiClient;
}

async function withServer(use: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = createClock(startingNow(20));
  const authority = await createCertificateAuthority();
  const tls = await authority.server(['127.0.0.1']);
  const { cert: certificate, key } = await authority.client('actor', ['system:masters']);
  const apiServer = await createApiServer({ clock, version: '1.35.4', tls: { ...tls, clientCa: authority.cert } });
  const connection = { server: apiServer.url, ca: authority.cert, credentials: { certificate, key }, clock };
  const reader = new ApiClient(connection);
  const writer = new ApiClient(connection);
  try {
    await use({ apiServer, reader, writer });
  } finally {
    await reader.close();
    await writer.close();
    await apiServer.close();
  }
}

function configMap(name: string, value = '1'): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { value } };
}

/** Resolves when it holds, asked after each change that the informer tells of. */
function until(client: ApiClient, holds: () => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timeout = setTimeout(() => reject(new Error('it did not come to hold within 10 s')), 10_000);
  const look = () => {
    if (!holds()) return;
    clearTimeout(timeout);
    unsubscribe();
    resolve();
  };
  const unsubscribe = client.informer(configMaps).onChange(look);
  look();
  return promise;
}

describe('an informer', () => {
  it('has what was there, what comes, and not what went', () =>
    withServer(async ({ reader, writer }) => {
      await writer.create(configMaps, configMap('early'));
      const informer = reader.informer(configMaps);
      await informer.synced;
      assert.equal(informer.get('early', 'default')?.kind, 'ConfigMap');
      await writer.create(configMaps, configMap('late'));
      await until(reader, () => informer.get('late', 'default') !== undefined);
      await writer.patch(configMaps, { name: 'late', namespace: 'default' }, { data: { value: '2' } });
      await until(reader, () => informer.get('late', 'default')?.data?.['value'] === '2');
      await writer.delete(configMaps, { name: 'early', namespace: 'default' });
      await until(reader, () => informer.get('early', 'default') === undefined);
    }));

  it("has its own client's writes before the watch brings them", () =>
    withServer(async ({ apiServer, reader }) => {
      const informer = reader.informer(configMaps);
      await informer.synced;
      apiServer.faults.add({ match: ({ verb }) => verb === 'watch', answer: 'hang' });
      const created = await reader.create(configMaps, configMap('own'));
      assert.equal(informer.get('own', 'default')?.metadata.uid, created.metadata.uid);
    }));

  it('starts over with a list when its version is gone or the connection breaks', () =>
    withServer(async ({ apiServer, reader, writer }) => {
      const answers = [{ code: 410 }, 'reset', { code: 500 }] as const;
      for (const answer of answers) {
        apiServer.faults.add({ match: ({ verb }) => verb === 'watch', answer, times: 1 });
      }
      const informer = reader.informer(configMaps);
      await informer.synced;
      const count = () => apiServer.requests.entries.filter(({ resource }) => resource === 'configmaps');
      await writer.create(configMaps, configMap('after'));
      await until(reader, () => informer.get('after', 'default') !== undefined);
      while (count().filter(({ verb }) => verb === 'watch').length <= answers.length) await reader.clock.sleep(200);
      const lists = count().filter(({ verb }) => verb === 'list').length;
      assert.equal(lists, 1 + answers.length, 'each end of a watch by an error asks for one list');
    }));

  it('is one for each kind, and asks for nothing again while nothing happens', () =>
    withServer(async ({ apiServer, reader }) => {
      assert.equal(reader.informer(configMaps), reader.informer(configMaps));
      await reader.informer(configMaps).synced;
      await reader.clock.sleep(4000);
      const verbs = apiServer.requests.by('actor').map(({ verb }) => verb);
      assert.deepEqual(verbs, ['list', 'watch']);
    }));
});
