import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createHub } from '../durable/hub.ts';
import type { Operation } from '../durable/hub.ts';
import { historyEvent } from '../durable/history.ts';
import { newInstance } from '../durable/instance.ts';
import { createAppender } from './appender.ts';
import { openJournal } from './journal.ts';

const now = new Date('2026-11-23T12:00:00Z');

function hubFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'hub', 'tasks.jsonl');
}

function create(instanceId: string): Operation {
  const instance = newInstance({ instanceId, name: 'o', version: '', input: null, parent: null, now });
  return { kind: 'instance', instance };
}

function message(instanceId: string, name: string): Operation {
  return { kind: 'message', instanceId, event: historyEvent('EventRaised', now, { Name: name, Input: '1' }) };
}

function inboxNames(hub: ReturnType<typeof createHub>, instanceId: string): string[] {
  return (hub.instances.get(instanceId)?.inbox ?? []).map((event) => ('Name' in event ? event.Name : ''));
}

test('what was committed is there after a restart, in order, and compacted', async (t) => {
  const file = hubFile(t);
  const journal = await openJournal(file);
  const hub = createHub(journal);
  await hub.commit([create('a'), create('b')]);
  await Promise.all(['1', '2', '3'].map((name) => hub.commit([message('a', name)])));
  await hub.commit([{ kind: 'purge', instanceIds: ['b'] }]);
  await journal.close();
  const before = readFileSync(file, 'utf8').trimEnd().split('\n').length;

  const again = await openJournal(file);

  const recovered = createHub(again);
  const after = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  await again.close();
  assert.deepEqual(inboxNames(recovered, 'a'), ['o', '1', '2', '3']);
  assert.equal(recovered.instances.has('b'), false);
  assert.deepEqual([before, after], [5, 1]);
});

test('a commit that is not awaited is written before the journal closes; later ones are refused', async (t) => {
  const file = hubFile(t);
  const journal = await openJournal(file);
  const pending = journal.append([create('a')]);

  await journal.close();

  await pending;
  assert.match(readFileSync(file, 'utf8'), /"instanceId":"a"/u);
  await assert.rejects(journal.append([create('b')]), /is closed: the host has stopped/u);
});

test('a last line that a crash has cut off is dropped', async (t) => {
  const file = hubFile(t);
  const journal = await openJournal(file);
  await journal.append([create('a')]);
  await journal.close();
  const whole = readFileSync(file, 'utf8');
  appendFileSync(file, whole.slice(0, whole.length / 2));

  const again = await openJournal(file);

  await again.append([create('b')]);
  await again.close();
  const last = await openJournal(file);
  const { instances } = createHub(last);
  await last.close();
  assert.deepEqual([...instances.keys()], ['a', 'b']);
});

test('a damaged line in the middle is an error that says what to do', async (t) => {
  const file = hubFile(t);
  const journal = await openJournal(file);
  await journal.close();
  writeFileSync(file, `{"broken\n${JSON.stringify([create('a')])}\n`);

  await assert.rejects(openJournal(file), /line 1, is damaged. Move the file away to start with an empty hub/u);
  assert.equal(existsSync(`${file}.lock`), false);
});

test('a second host in this process is refused, and the lock goes with the first', async (t) => {
  const file = hubFile(t);
  const journal = await openJournal(file);

  await assert.rejects(openJournal(file), /is in use by another host in this process/u);

  await journal.close();
  assert.equal(existsSync(`${file}.lock`), false);
  await (await openJournal(file)).close();
});

test('a file that another living process has is refused; one of a dead process is taken over', async (t) => {
  const file = hubFile(t);
  await (await openJournal(file)).close();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  writeFileSync(`${file}.lock`, `${other.pid}\n`);

  await assert.rejects(openJournal(file), new RegExp(`is in use by process ${other.pid}\\. Stop it`, 'u'));

  other.kill('SIGKILL');
  await once(other, 'exit');
  await (await openJournal(file)).close();
});

test('after a write that fails nothing is accepted any more', async () => {
  const written: string[] = [];
  let broken = true;
  const append = createAppender('hub.jsonl', (text) => {
    if (broken) return Promise.reject(new Error('no space'));
    written.push(text);
    return Promise.resolve();
  });

  await assert.rejects(append('1'), /hub\.jsonl could not be written\. Free some space/u);
  broken = false;
  await assert.rejects(append('2'), /could not be written/u);
  assert.deepEqual(written, []);
});

test('commits that wait together share one write', async () => {
  const writes: string[] = [];
  const append = createAppender('hub.jsonl', async (text) => {
    writes.push(text);
    await Promise.resolve();
  });

  await Promise.all(['1', '2', '3'].map((line) => append(line)));

  assert.deepEqual(writes, ['1\n', '2\n3\n']);
});
