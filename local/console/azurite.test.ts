import { TableClient } from '@azure/data-tables';
import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { appIdentity, startTestAzure } from '../aks/azure/test-azure.ts';
import { startTableService } from './azurite.ts';

test('tables are reached over TLS with the identity, not without it, and outlive a restart', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tables-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const { authority } = await startTestAzure(t);
  const tls = await authority.server(['localhost', '127.0.0.1']);
  const first = await startTableService({ directory, tls });
  t.after(() => first.stop());
  const credential = new ManagedIdentityCredential({ clientId: appIdentity.clientId });

  const table = new TableClient(first.endpoint, 'runs', credential);
  await table.createTable();
  await table.createEntity({ partitionKey: 'a', rowKey: 'b', outcome: 'enabled' });
  const anonymous = await fetch(`${first.endpoint}/runs()`);
  await first.stop();
  const second = await startTableService({ directory, tls });
  t.after(() => second.stop());
  const kept = await new TableClient(second.endpoint, 'runs', credential).getEntity('a', 'b');

  assert.equal(anonymous.status, 403);
  assert.equal(kept['outcome'], 'enabled');
});
