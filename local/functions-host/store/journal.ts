import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { compact } from '../durable/hub.ts';
import type { Journal, Operation } from '../durable/hub.ts';
import { createAppender } from './appender.ts';
import { lockFile } from './lock-file.ts';

/**
 * One append-only file of JSON lines, one line for each commit, flushed to the disk before a commit resolves; commits
 * that wait together share one flush. Compacted when it is opened. A last line that a crash has cut off is dropped;
 * any other line that cannot be read is an error, because what follows it was promised to somebody.
 */
export async function openJournal(file: string): Promise<Journal> {
  mkdirSync(dirname(file), { recursive: true });
  const unlock = lockFile(file);
  try {
    const operations = compact(existsSync(file) ? readLines(file) : []);
    rewrite(file, operations);
    const handle = await open(file, 'a');
    const append = createAppender(file, async (text) => {
      await handle.appendFile(text);
      await handle.datasync();
    });
    return {
      recovered: [operations],
      append: (operations) => append(JSON.stringify(operations)),
      async close() {
        await append(undefined);
        await handle.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function readLines(file: string): Operation[][] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const torn = lines.pop();
  const operations = lines.map((line, index) => {
    try {
      return JSON.parse(line) as Operation[];
    } catch (error) {
      throw new Error(`${file}, line ${index + 1}, is damaged. Move the file away to start with an empty hub.`, {
        cause: error,
      });
    }
  });
  return torn === '' ? operations : [...operations, ...wholeLine(torn)];
}

/** A last line without its end may still be whole, when only the line feed is missing. */
function wholeLine(line: string | undefined): Operation[][] {
  try {
    return [JSON.parse(line ?? '') as Operation[]];
  } catch {
    return [];
  }
}

function rewrite(file: string, operations: readonly Operation[]): void {
  const next = `${file}.next`;
  const descriptor = openSync(next, 'w');
  for (const operation of operations) writeSync(descriptor, `${JSON.stringify([operation])}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(next, file);
  syncDirectory(dirname(file));
}

/** Makes the new name of a file as durable as its content, where the system can. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
