import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

test('alone, it prints the settings of an app, gives that app a token, and ends when it is told to', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'azure-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const child = spawn(process.execPath, [program, '--directory', directory, '--speed', '50']);
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const settings: Record<string, string> = {};

  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', value = ''] = line.split(/=(.*)/);
    settings[name] = value;
    if (name === 'NODE_EXTRA_CA_CERTS') break;
  }
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = settings;
  const answer = await fetch(`${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://management.azure.com`, {
    headers: { 'x-identity-header': IDENTITY_HEADER },
  });
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];

  assert.equal(answer.status, 200);
  assert.match(String(settings['AZURE_RESOURCE_MANAGER_ENDPOINT']), /^https:\/\/localhost:\d+$/);
  assert.ok(existsSync(String(settings['NODE_EXTRA_CA_CERTS'])));
  assert.equal(code, 0);
});

test('a port that is taken is named, with exit code 1', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'azure-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const child = spawn(process.execPath, [program, '--directory', directory, '--port', String(port)]);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));

  const [code] = (await once(child, 'close')) as [number | null];

  assert.equal(code, 1);
  assert.match(said, new RegExp(`Port ${port} is taken`));
});

test('a wrong option is named, with exit code 2', async () => {
  const child = spawn(process.execPath, [program, '--speed', 'fast']);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));

  const [code] = (await once(child, 'close')) as [number | null];

  assert.equal(code, 2);
  assert.match(said, /--speed fast: choose a number/);
});
