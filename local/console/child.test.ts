import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { startChild } from './child.ts';

const childModule = new URL('./child.ts', import.meta.url).href;

/** A folder with programs of these names and texts. */
function programs(t: TestContext, texts: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'children-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  return directory;
}

const forever = "console.log('ready ' + process.pid); setInterval(() => {}, 1000); process.on('SIGTERM', () => {});";

test('a child does not outlive a parent that was killed', { timeout: 20_000 }, async (t) => {
  const directory = programs(t, {
    'child.mjs': forever,
    'parent.mjs': `import { startChild } from ${JSON.stringify(childModule)};
      const child = await startChild({ name: 'It', module: ${JSON.stringify('child.mjs')}, args: [],
        logFile: 'child.log', isReady: (line) => line.startsWith('ready') });
      process.send(child.process.pid);`,
  });
  const parent = fork(join(directory, 'parent.mjs'), { cwd: directory, execArgv: [] });
  const [child] = (await once(parent, 'message')) as [number];
  assert.ok(isAlive(child));

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  // The channel closes with the parent; the kernel tells the child at once, but not before this line.
  while (isAlive(child)) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('a child that ends early is named, with its last lines and its log', async (t) => {
  const directory = programs(t, { 'child.mjs': "console.error('no table there'); process.exitCode = 3;" });
  const start = startChild({
    name: 'The table service',
    module: join(directory, 'child.mjs'),
    args: [],
    logFile: join(directory, 'child.log'),
    isReady: () => false,
  });

  await assert.rejects(start, /^Error: The table service ended \(exit code 3\)[^]*child\.log[^]*no table there/);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
    return false;
  }
}
