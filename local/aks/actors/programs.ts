import type { ActorContext } from './actor.ts';
import type { NodeBehaviours } from './behaviours.ts';
import type { ContainerLog } from './container-log.ts';
import type { Pod } from './objects.ts';

/** The machine as a program sees it. */
export interface Machine {
  name: string;
  /** As `uname -r` says it, `6.6.143.1-1.azl3`. */
  kernelVersion: string;
}

/** What a program is started with; its `signal` ends with its container. */
export interface ProgramContext extends ActorContext {
  machine: Machine;
  behaviours: NodeBehaviours;
  pod: Pod;
  /** The image that the container was started from. */
  image: string;
  env: Readonly<Record<string, string>>;
  log: ContainerLog;
  /** What the program answers to its readiness probe from now on; not ready until it says so. */
  ready(isReady: boolean): void;
}

/** Runs until the signal ends it, or resolves with the exit code of a container that ended by itself. */
export type Program = (context: ProgramContext) => Promise<number>;

/** The programs by their container's name; a container without one is idle and always ready. */
export type Programs = Readonly<Record<string, Program>>;

/** The program of a container whose work is not simulated. */
export async function idle({ ready, signal }: ProgramContext): Promise<number> {
  ready(true);
  return ended(signal);
}

/** Resolves with 0 when the signal ends, as a program does that is asked to stop. */
export function ended(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(0);
    else signal.addEventListener('abort', () => resolve(0), { once: true });
  });
}
