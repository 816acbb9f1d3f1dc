import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fixtureApp, fixtureEsmApp, until } from './fixtures/fixture-host.ts';

const main = join(import.meta.dirname, 'main.ts');
const running = new Set<ChildProcess>();
let directory: string;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'host-'));
});
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

interface HostProcess {
  child: ChildProcess;
  output: () => string;
  /** The exit code, or the signal's name. */
  ended: Promise<number | string>;
}

function launch(args: string[], environment: Record<string, string> = {}): HostProcess {
  const env = { ...process.env, TICK_SCHEDULE: '0 0 0 1 1 *', ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string;
  });
  return { child, output: () => text, ended };
}

function ready({ output, child }: HostProcess): Promise<string> {
  return until('the host’s start', () => {
    if (child.exitCode !== null) throw new Error(output());
    return /Functions host at (\S+)/u.exec(output())?.[1];
  });
}

test('--help teaches; a wrong option is exit code 2, a broken app 1', async () => {
  const runs = [['--help'], [], ['--app', '.', '--speed', '0'], ['--nonsense'], ['--app', directory, '--port', '0']];
  const hosts = runs.map((args) => launch(args));

  const codes = await Promise.all(hosts.map(({ ended }) => ended));

  assert.deepEqual(codes, [0, 2, 2, 2, 1]);
  const outputs = hosts.map(({ output }) => output());
  assert.match(outputs[0] ?? '', /--app DIR[^]*Exit codes/u);
  assert.match(outputs[1] ?? '', /--app is missing.*\nTry --help/u);
  assert.match(outputs[2] ?? '', /--speed 0/u);
  assert.match(outputs[4] ?? '', /host\.json does not exist/u);
});

test('an app that streams HTTP is refused', async () => {
  const app = join(directory, 'streams');
  mkdirSync(app);
  const library = JSON.stringify(createRequire(import.meta.url).resolve('@azure/functions'));
  writeFileSync(join(app, 'host.json'), '{"version":"2.0"}');
  writeFileSync(join(app, 'package.json'), '{"main":"main.cjs"}');
  const code = `const { app } = require(${library}); app.setup({ enableHttpStream: true }); app.get('a', () => {});`;
  writeFileSync(join(app, 'main.cjs'), code);

  const host = launch(['--app', app, '--port', '0']);

  assert.equal(await host.ended, 1);
  assert.match(host.output(), /HTTP streaming is not supported here\. Remove enableHttpStream/u);
});

test('it prints functions and JSON log lines, reads settings, and SIGTERM stops it with its hooks run', async () => {
  const settings = join(directory, 'local.settings.json');
  const values = { REGION_NAME: 'from file', ALREADY_SET: 'from file' };
  writeFileSync(settings, JSON.stringify({ IsEncrypted: false, Values: values }));
  const args = ['--app', fixtureEsmApp, '--port', '0', '--settings', settings, '--log', 'json'];
  const host = launch(args, { ALREADY_SET: 'from environment' });
  const url = await ready(host);

  const response = await fetch(`${url}/api/hello?name=x`);
  host.child.kill('SIGTERM');

  assert.deepEqual(await response.json(), { hello: 'x', region: 'from file' });
  assert.equal(await host.ended, 0);
  assert.match(host.output(), /hello \(httptrigger\) GET http:\/\/localhost:\d+\/api\/hello/u);
  const line = host
    .output()
    .split('\n')
    .find((text) => text.includes('hello was called'));
  const entry = JSON.parse(line ?? '{}') as Record<string, string>;
  assert.deepEqual(Object.keys(entry), ['time', 'level', 'text', 'functionName', 'invocationId']);
  assert.deepEqual([entry['level'], entry['functionName']], ['information', 'hello']);
});

test('killed again and again, it loses nothing that it accepted', async () => {
  const args = ['--app', fixtureApp, '--port', '0', '--hub', join(directory, 'hub.jsonl')];
  const clock = ['--clock', join(directory, 'clock.json'), '--speed', '10'];
  const kills = 6;
  let host = launch([...args, ...clock]);
  const firstUrl = await ready(host);
  const body = JSON.stringify({ count: 12, key: 'crash' });
  assert.equal((await fetch(`${firstUrl}/api/start/steps/crash`, { method: 'POST', body })).status, 202);
  const raise = (url: string, name: string, data: unknown) =>
    fetch(`${url}/runtime/webhooks/durabletask/instances/crash/raiseEvent/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });

  for (let kill = 0; kill < kills; kill += 1) {
    const url = await ready(host);
    assert.equal((await raise(url, kill === 0 ? 'finish' : `noise-${kill}`, { kill })).status, 202);
    host.child.kill('SIGKILL');
    assert.equal(await host.ended, 'SIGKILL');
    host = launch([...args, ...clock]);
  }

  const url = await ready(host);
  const status = await until('the end of the orchestration', async () => {
    const response = await fetch(`${url}/runtime/webhooks/durabletask/instances/crash?showHistory=true`);
    return response.status === 200 ? ((await response.json()) as CrashStatus) : undefined;
  });
  host.child.kill('SIGTERM');
  assert.equal(await host.ended, 0);
  assert.deepEqual(status.output, { steps: 12, event: { kill: 0 } });
  const raised = status.historyEvents.filter(({ EventType }) => EventType === 'EventRaised');
  assert.deepEqual(new Set(raised.map(({ Name }) => Name)), new Set(['finish', ...noise(kills)]));
  assert.equal(raised.length, kills);
});

interface CrashStatus {
  output: unknown;
  historyEvents: { EventType: string; Name?: string }[];
}

function noise(kills: number): string[] {
  return Array.from({ length: kills - 1 }, (_, n) => `noise-${n + 1}`);
}

test('a second process on the same hub is refused', async () => {
  const args = ['--app', fixtureEsmApp, '--port', '0', '--hub', join(directory, 'shared.jsonl')];
  const first = launch(args);
  await ready(first);

  const second = launch(args);

  assert.equal(await second.ended, 1);
  assert.match(second.output(), new RegExp(`in use by process ${first.child.pid}`, 'u'));
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 0);
});
