import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const held = new Set<string>();

/**
 * Makes this process the only one that uses `file`, by `<file>.lock` that names it. A lock that a dead process left
 * behind is taken over. Throws when another process, or another host in this one, has it.
 *
 * @returns gives the lock back
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  if (held.has(lock)) throw new Error(`${file} is in use by another host in this process. Give each its own hub file.`);
  if (!tryLock(lock)) {
    const owner = readOwner(lock);
    if (owner !== undefined && isAlive(owner)) {
      throw new Error(
        `${file} is in use by process ${owner}. Stop it, use another hub file, or delete ${lock} if it is no host.`,
      );
    }
    rmSync(lock, { force: true });
    if (!tryLock(lock)) throw new Error(`${file} was taken by another process just now. Start one host at a time.`);
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    rmSync(lock, { force: true });
  };
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(lock: string): number | undefined {
  try {
    const owner = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    return Number.isInteger(owner) && owner > 0 ? owner : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** This process's own id in a lock that it does not hold is an earlier process's id, used again. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
