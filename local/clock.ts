import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What makes two processes agree on the time: written once beside the task hub, read by everyone. */
export interface ClockSettings {
  /** Wall time, in milliseconds since 1970, at which the simulated time was `epoch`. */
  wallEpoch: number;
  /** Simulated time, in milliseconds since 1970, at `wallEpoch`. */
  epoch: number;
  /** Simulated seconds in a wall second; 1 is real time. */
  speed: number;
}

export interface Clock {
  readonly speed: number;
  now(): Date;
  /** Calls back once, `milliseconds` of simulated time from now; the returned function takes it back. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Resolves after `milliseconds` of simulated time; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that Node's timers take; a longer one would fire at once. */
const longestDelay = 2 ** 31 - 1;

export function createClock(settings: ClockSettings): Clock {
  const now = () => new Date(settings.epoch + (Date.now() - settings.wallEpoch) * settings.speed);
  const after = (milliseconds: number, callback: () => void) => {
    const due = now().getTime() + milliseconds;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = due - now().getTime();
      // Node's timers may fire a millisecond early, which is many at a high speed.
      if (left <= 0) callback();
      else timer = setTimeout(arm, Math.min(Math.ceil(left / settings.speed), longestDelay));
    };
    timer = setTimeout(arm, Math.min(Math.max(0, Math.ceil(milliseconds / settings.speed)), longestDelay));
    return () => clearTimeout(timer);
  };
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = after(milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  return { speed: settings.speed, now, after, sleep };
}

/** Real time, or time that starts now and runs `speed` times as fast. */
export function startingNow(speed = 1): ClockSettings {
  const wallEpoch = Date.now();
  return { wallEpoch, epoch: wallEpoch, speed };
}

/** The clock of a file that several processes share; the first of them makes it, whole or not at all. */
export function sharedClock(file: string, speed: number): Clock {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(startingNow(speed)));
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  return createClock(JSON.parse(readFileSync(file, 'utf8')) as ClockSettings);
}
