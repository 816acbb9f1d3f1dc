import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { build } from 'esbuild';
import { fixtureEsmApp, idle } from './fixtures/fixture-host.ts';
import { manualClock } from './fixtures/manual-clock.ts';
import { createFunctionsHost } from './host.ts';
import type { LogEntry } from './log.ts';

const packages = join(import.meta.dirname, '..', '..', 'node_modules');

/** A folder with the given files, a host.json and a package.json, and the repository's packages. */
function appFolder(t: TestContext, files: Record<string, string>, main = 'main.cjs'): string {
  const directory = mkdtempSync(join(tmpdir(), 'app-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const defaults = { 'host.json': '{"version":"2.0"}', 'package.json': JSON.stringify({ main }) };
  for (const [name, text] of Object.entries({ ...defaults, ...files })) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  symlinkSync(packages, join(directory, 'node_modules'));
  return directory;
}

const log: LogEntry[] = [];

function start(appDirectory: string, environment = {}) {
  return createFunctionsHost({ appDirectory, clock: manualClock(), environment, log: (entry) => log.push(entry) });
}

const header = "const { app, input, output } = require('@azure/functions'); const df = require('durable-functions');";

const refusals: [what: string, code: string, reason: RegExp][] = [
  [
    'an unknown trigger',
    "app.storageQueue('q', { queueName: 'x', connection: 'c', handler() {} });",
    /Function "q" has the input binding "queueTrigger", which this host does not have/u,
  ],
  [
    'an unknown output',
    "app.http('h', { extraOutputs: [output.storageQueue({ queueName: 'x', connection: 'c' })], handler() {} });",
    /Function "h" has the output binding "queue"/u,
  ],
  ['an entity', "df.app.entity('e', () => {});", /Function "e" has the input binding "entityTrigger"/u],
  [
    'two functions of one name',
    "app.get('a', () => {}); app.get('A', () => {});",
    /id "A" has already been registered/u,
  ],
  ['a throw', "throw new Error('no such setting');", /main\.cjs could not be loaded: no such setting/u],
  ['no function', '', /main\.cjs registered no function/u],
  ['an unknown hook', "require('@azure/functions-core').registerHook('x', () => {});", /Unrecognized hook "x"/u],
];
for (const [what, code, reason] of refusals) {
  test(`an app with ${what} is refused by name`, async (t) => {
    await assert.rejects(start(appFolder(t, { 'main.cjs': `${header}\n${code}` })), reason);
  });
}

const brokenFolders: [what: string, files: Record<string, string>, reason: RegExp][] = [
  ['no matching file', {}, /No file in .* matches "main\.cjs"/u],
  ['no main', { 'package.json': '{}' }, /package\.json has no "main"/u],
  ['a broken host.json', { 'host.json': '{' }, /host\.json is not valid JSON/u],
  ['a wrong functionTimeout', { 'host.json': '{"functionTimeout":"5m"}' }, /functionTimeout "5m" must be hh:mm:ss/u],
];
for (const [what, files, reason] of brokenFolders) {
  test(`a folder with ${what} is refused`, async (t) => {
    await assert.rejects(start(appFolder(t, files)), reason);
  });
}

test('an ES module app with a chunk, and what the host sets for it', async () => {
  const host = await start(fixtureEsmApp, { REGION_NAME: 'west' });

  const response = await fetch(`${host.url}/api/hello?name=Ada`);
  const hostName = process.env['WEBSITE_HOSTNAME'];
  await host.close();

  assert.deepEqual(await response.json(), { hello: 'Ada', region: 'west' });
  assert.ok(log.some(({ functionName, text }) => functionName === 'hello' && text === 'hello was called'));
  assert.equal(hostName, `localhost:${host.port}`);
  assert.deepEqual([process.env['REGION_NAME'], process.env['WEBSITE_HOSTNAME']], [undefined, undefined]);
});

test('a second host of the same folder runs the same modules', async () => {
  const host = await start(fixtureEsmApp);
  const other = await start(fixtureEsmApp);

  const answers = await Promise.all([host, other].map(({ url }) => fetch(`${url}/api/hello`)));

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  await other.close();
  await host.close();
});

test('a bundle with code splitting, with the packages inside, runs its orchestrations', async (t) => {
  const directory = appFolder(t, { 'package.json': '{"type":"module","main":"main.js"}' });
  await build({
    entryPoints: [join(fixtureEsmApp, 'main.js')],
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['@azure/functions-core'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  const host = await start(directory);
  const orchestrators = `${host.url}/runtime/webhooks/durabletask/orchestrators`;

  await fetch(`${orchestrators}/greet/g`, { method: 'POST', body: '"bundle"' });
  await idle();

  const { runtimeStatus, output } = host.instances.get('g') ?? {};
  await host.close();
  assert.deepEqual([runtimeStatus, output], ['Completed', '"Hello, bundle"']);
});

test('host.json: the prefix of routes and the name of the hub', async (t) => {
  const hostJson = '{"extensions":{"http":{"routePrefix":""},"durableTask":{"hubName":"%HUB%"}}}';
  const code = `${header} df.app.client.http('links', { handler: (r, client) => ({ jsonBody: client.createHttpManagementPayload('i') }) });`;
  const host = await start(appFolder(t, { 'host.json': hostJson, 'main.cjs': code }), { HUB: 'Mine' });

  const response = await fetch(`${host.url}/links`);

  await host.close();
  const { statusQueryGetUri } = (await response.json()) as { statusQueryGetUri: string };
  assert.match(statusQueryGetUri, /taskHub=Mine&/u);
});

test('other versions of the packages are warned of', async (t) => {
  const directory = appFolder(t, { 'main.cjs': `${header} app.get('a', () => ({}));` });
  rmSync(join(directory, 'node_modules'));
  const fake = { 'durable-functions': '4.0.0', '@azure/functions': '4.16.5' };
  for (const [name, version] of Object.entries(fake)) {
    const folder = join(directory, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
    writeFileSync(join(folder, 'index.js'), `module.exports = require(${JSON.stringify(join(packages, name))});`);
  }

  const host = await start(directory);

  await host.close();
  const warnings = log.filter(({ level, text }) => level === 'warning' && text.includes(' is '));
  assert.deepEqual(
    warnings.map(({ text }) => text.split(';')[0]),
    ['durable-functions is 4.0.0'],
  );
});

test('a port that is taken is named', async () => {
  const host = await start(fixtureEsmApp);
  const second = createFunctionsHost({ appDirectory: fixtureEsmApp, clock: manualClock(), port: host.port });

  await assert.rejects(second, new RegExp(`cannot listen on 127\\.0\\.0\\.1, port ${host.port}. Another program`, 'u'));

  await host.close();
});
