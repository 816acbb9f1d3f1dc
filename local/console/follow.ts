import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { AppClient, RunDocument } from './app-client.ts';
import { narrate } from './narration.ts';
import type { Line } from './narration.ts';

export interface FollowOptions {
  app: AppClient;
  clock: Clock;
  resourceId: string;
  /** Simulated minutes after which nothing more is expected. */
  patienceMinutes: number;
  tell(line: Line): void;
  /** What makes waiting pointless, when there is something. */
  hopeless(): string | undefined;
  signal: AbortSignal;
}

/** Wall milliseconds between two looks. */
const interval = 400;

/** Follows the run that a cluster's creation starts until it is finished. Throws when none ends in time. */
export async function followRun(options: FollowOptions): Promise<RunDocument> {
  const { app, clock, resourceId, signal } = options;
  const deadline = clock.now().getTime() + options.patienceMinutes * 60_000;
  let seen: RunDocument | undefined;
  while (clock.now().getTime() < deadline) {
    const why = options.hopeless();
    if (why) throw new Error(why);
    const id = seen?.id ?? (await app.newestRun(resourceId));
    if (id) {
      const run = await app.run(id);
      for (const line of narrate(seen, run)) options.tell(line);
      seen = run;
      if (run.state === 'finished') return run;
    }
    await setTimeout(interval, undefined, { signal });
  }
  const state = seen ? `its run ${seen.id} is ${seen.state}` : 'no run was started for it';
  throw new Error(`${resourceId} was not done after ${options.patienceMinutes} simulated minutes: ${state}.`);
}
