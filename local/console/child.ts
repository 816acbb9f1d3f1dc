import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface CommonOptions {
  /** What people call it, in messages. */
  name: string;
  args: readonly string[];
  environment?: Record<string, string>;
  /** Everything it prints goes there. */
  logFile: string;
  /** Whether a line of its output says that it is ready. */
  isReady(line: string): boolean;
  /** Wall milliseconds until it must be ready. */
  patience?: number;
  onLine?(line: string): void;
}

export interface ChildOptions extends CommonOptions {
  module: string;
}

export interface CommandOptions extends CommonOptions {
  command: string;
  /** Where it runs. */
  directory: string;
}

export interface Child {
  /** The line that said so. */
  readyLine: string;
  readonly process: ChildProcess;
  /** Resolves when it has ended, with what a person should know: that is a failure unless `stop` was called. */
  ended: Promise<string>;
  /** Asks it to end by message or SIGTERM, and ends it after 5 s. */
  stop(request?: (process: ChildProcess) => void): Promise<void>;
}

/** Ends the child with its parent, whatever became of that one: also after SIGKILL nothing stays behind. */
const endsWithParent = new URL('./ends-with-parent.ts', import.meta.url).href;

/** A Node program as a child that never outlives this process. Rejects when it ends, or is not ready in time, naming its last lines. */
export function startChild(options: ChildOptions): Promise<Child> {
  const child = fork(options.module, options.args, {
    env: { ...process.env, ...options.environment },
    execArgv: ['--import', endsWithParent],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return supervise(child, options);
}

/** Any other program as a child, like `startChild`. */
export function startCommand(options: CommandOptions): Promise<Child> {
  const child = spawn(options.command, options.args, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return supervise(child, options);
}

async function supervise(child: ChildProcess, options: CommonOptions): Promise<Child> {
  const { name } = options;
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const lastLines: string[] = [];
  const ended = once(child, 'exit').then(() => {
    log.end();
    const how = child.signalCode ?? `exit code ${child.exitCode ?? 'unknown'}`;
    return `${name} ended (${how}). Its log is ${options.logFile}; it ended with:\n${lastLines.join('\n')}`;
  });

  let patience: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    const listen = (line: string) => {
      log.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > 10) lastLines.shift();
      options.onLine?.(line);
      if (options.isReady(line)) resolve(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', listen);
    }
    child.once('error', reject);
    void ended.then((why) => reject(new Error(why)));
    patience = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} was not ready in time. Its log is ${options.logFile}.`));
    }, options.patience ?? 30_000);
  });

  try {
    const readyLine = await ready;
    return {
      readyLine,
      process: child,
      ended,
      async stop(request = (running) => void running.kill('SIGTERM')) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        request(child);
        const impatience = setTimeout(() => child.kill('SIGKILL'), 5000);
        await ended;
        clearTimeout(impatience);
      },
    };
  } finally {
    clearTimeout(patience);
  }
}
