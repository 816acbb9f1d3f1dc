import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from './report.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const builtApp = fileURLToPath(new URL('../../dist/app', import.meta.url));

interface Ending {
  code: number;
  stdout: string;
  stderr: string;
}

async function local(t: TestContext, args: string[], environment: Record<string, string> = {}): Promise<Ending> {
  const directory = mkdtempSync(join(tmpdir(), 'local-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const options = { cwd: directory, env: { ...process.env, ...environment }, timeout: 120_000 };
  const { stdout, stderr, code } = await promisify(execFile)(process.execPath, [program, ...args], options).then(
    (ended) => ({ ...ended, code: 0 }),
    (error: unknown) => error as Ending,
  );
  return { code, stdout, stderr };
}

/** An app folder whose entry has this text. */
function appWith(t: TestContext, entry: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'app-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(directory, { recursive: true });
  cpSync(join(builtApp, 'host.json'), join(directory, 'host.json'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module", "main": "main.js" }');
  writeFileSync(join(directory, 'main.js'), entry);
  return directory;
}

function between(count: number | undefined, least: number, most: number): void {
  assert.ok(count !== undefined && count >= least && count <= most, `${count} is not from ${least} to ${most}`);
}

test('help teaches, and a wrong option is named with exit code 2', async (t) => {
  const [help, command, option, tag, speed] = await Promise.all([
    local(t, ['--help']),
    local(t, ['deom']),
    local(t, ['start', '--json']),
    local(t, ['demo', '--tag', 'simulator:panics']),
    local(t, ['demo'], { LOCAL_SPEED: 'fast' }),
  ]);

  assert.equal(help.code, 0);
  assert.match(help.stdout, /demo \[--json\]/);
  assert.deepEqual([command.code, option.code, tag.code, speed.code], [2, 2, 2, 2]);
  assert.match(command.stderr, /'deom' is not a command/);
  assert.match(option.stderr, /--json is for demo only/);
  assert.match(tag.stderr, /--tag simulator:panics: give a name=value/);
  assert.match(speed.stderr, /LOCAL_SPEED is 'fast'/);
});

test('an app that is not built, or that fails at start, is a message and exit code 1', async (t) => {
  const [missing, broken] = await Promise.all([
    local(t, ['demo', '--json', '--app', 'nowhere']),
    local(t, ['demo', '--json', '--app', appWith(t, "throw new Error('TABLE_ENDPOINT is not set');")]),
  ]);

  assert.deepEqual([missing.code, broken.code], [1, 1]);
  assert.match(missing.stderr, /There is no built app in .*nowhere: run 'npm run build' first/);
  assert.match(broken.stderr, /The Functions host ended \(exit code 1\)[^]*TABLE_ENDPOINT is not set/);
  assert.deepEqual([missing.stdout, broken.stdout], ['', '']);
});

test('a port that is taken is a message and exit code 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;

  const { code, stderr } = await local(t, ['start', '--port', String(port)]);

  assert.equal(code, 1);
  assert.match(stderr, new RegExp(String(port)));
});

test('the demonstration enables both clusters and says so in one JSON object', async (t) => {
  // The default: faster, the machine's own delays between two writes would be pods' lifetimes.
  const { code, stdout, stderr } = await local(t, ['demo', '--json'], { LOCAL_SPEED: '10' });

  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as Report;
  assert.equal(report.ok, true);
  assert.ok(report.elapsedSeconds > 0 && report.elapsedSeconds < 60, `${report.elapsedSeconds} s`);
  const proof = { configuration: 'proven', rollout: 'proven', nodes: 'proven' };
  const [today, article] = report.runs;
  assert.deepEqual(
    report.runs.map(({ reads: _reads, podsReplaced: _podsReplaced, ...run }) => run),
    [
      {
        cluster: 'demo-e4',
        era: 'E4',
        procedure: 'coexist',
        outcome: 'enabled',
        writes: 4,
        armCalls: 2,
        nodes: 3,
        proof,
      },
      {
        cluster: 'demo-e1',
        era: 'E1',
        procedure: 'article',
        outcome: 'enabled',
        writes: 6,
        armCalls: 2,
        nodes: 2,
        proof,
      },
    ],
  );
  between(today?.reads, 1, 24 + 3);
  between(today?.podsReplaced, 3, 3 + 1);
  between(article?.reads, 1, 60);
  between(article?.podsReplaced, 2, 3 * 2);
  assert.match(stderr, /demo-e4 .*✔ enabled/);
});

test('a demonstration that ends badly says so in its JSON and by exit code 1', async (t) => {
  const args = ['demo', '--json', '--tag', 'simulator:kernel=4.19.0-1-azure'];

  const { code, stdout, stderr } = await local(t, args, { LOCAL_SPEED: '60' });

  assert.equal(code, 1, stderr);
  assert.notEqual(stdout, '', stderr);
  const { ok, runs } = JSON.parse(stdout) as Report;
  assert.equal(ok, false);
  assert.deepEqual(
    runs.map(({ outcome, writes, podsReplaced, proof }) => ({ outcome, writes, podsReplaced, proof })),
    runs.map(() => ({ outcome: 'refused', writes: 0, podsReplaced: 0, proof: null })),
  );
  assert.equal(runs.length, 2);
  assert.match(stderr, /demo-e1 .*✖ refused/);
});
