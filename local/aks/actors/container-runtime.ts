import type { ActorContext } from './actor.ts';
import type { NodeBehaviours } from './behaviours.ts';
import { ContainerLog } from './container-log.ts';
import { later } from './later.ts';
import type { Container, ContainerStatus, Pod } from './objects.ts';
import { idle, type Machine, type Programs } from './programs.ts';
import { Readiness } from './readiness.ts';

export interface ContainerOptions extends ActorContext {
  machine: Machine;
  behaviours: NodeBehaviours;
  programs: Programs;
  pod: Pod;
  container: Container;
  /** Reads the container's environment anew; called at each start. */
  environment: () => Promise<Record<string, string>>;
  onChange: () => void;
}

/** Seconds before the first restart of a container that ended, doubled each time up to the second figure. */
const backOff = { first: 10, longest: 300 };

/** One container: its program, its log, and its restarts. */
export class ContainerRuntime {
  log: ContainerLog;
  /** The log of the run before this one, as `kubectl logs --previous` shows it. */
  previousLog: ContainerLog | undefined;
  readonly #options: ContainerOptions;
  #readiness: Readiness;
  #restarts = 0;
  #startedAt: string | undefined;
  #ended: { exitCode: number; startedAt: string; finishedAt: string } | undefined;
  #life = new AbortController();

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.log = new ContainerLog(options.api.clock);
    this.#readiness = this.#newReadiness();
  }

  get isReady(): boolean {
    return this.#startedAt !== undefined && this.#readiness.isReady;
  }

  async start(): Promise<void> {
    const { api, environment, onError, container, programs, machine, behaviours, pod, onChange } = this.#options;
    const life = new AbortController();
    this.#life = life;
    this.#readiness = this.#newReadiness();
    const env = await environment();
    if (life.signal.aborted) return;
    const startedAt = rfc3339(api.clock.now());
    this.#startedAt = startedAt;
    const program = programs[container.name] ?? idle;
    const readiness = this.#readiness;
    const ready = (isReady: boolean) => {
      if (!life.signal.aborted) readiness.report(isReady);
    };
    const image = container.image ?? '';
    const context = { api, signal: life.signal, onError, machine, behaviours, pod, image, env, log: this.log, ready };
    onChange();
    const exitCode = await program(context).catch((error: unknown) => {
      onError(new Error(`The program of container ${container.name} on ${machine.name} failed`, { cause: error }));
      return 1;
    });
    if (life.signal.aborted) return;
    life.abort();
    this.#ended = { exitCode, startedAt, finishedAt: rfc3339(api.clock.now()) };
    this.#startedAt = undefined;
    onChange();
    this.#restartLater();
  }

  stop(): void {
    this.#life.abort();
    this.#readiness.stop();
    this.log.cut();
  }

  status(): ContainerStatus {
    const { name, image = '' } = this.#options.container;
    const terminated = this.#ended;
    return {
      name,
      image,
      imageID: image,
      ready: this.isReady,
      started: this.#startedAt !== undefined,
      restartCount: this.#restarts,
      state: this.#state(),
      ...(terminated === undefined ? {} : { lastState: { terminated: { ...terminated, reason: 'Error' } } }),
    };
  }

  #state(): Record<string, unknown> {
    if (this.#startedAt !== undefined) return { running: { startedAt: this.#startedAt } };
    if (this.#ended === undefined) return { waiting: { reason: 'ContainerCreating' } };
    const { name } = this.#options.container;
    const message = `back-off restarting failed container=${name} pod=${this.#options.pod.metadata.name}`;
    return { waiting: { reason: 'CrashLoopBackOff', message } };
  }

  #restartLater(): void {
    const seconds = Math.min(backOff.longest, backOff.first * 2 ** this.#restarts);
    this.#restarts += 1;
    this.#life = new AbortController();
    later(this.#options.api.clock, this.#life.signal, seconds * 1000, () => {
      this.previousLog = this.log;
      this.log = new ContainerLog(this.#options.api.clock);
      this.start().catch(this.#options.onError);
    });
  }

  #newReadiness(): Readiness {
    const probe = this.#options.container.readinessProbe;
    return new Readiness({
      clock: this.#options.api.clock,
      periodSeconds: probe === undefined ? 0 : (probe.periodSeconds ?? 10),
      failureThreshold: probe?.failureThreshold ?? 3,
      onChange: this.#options.onChange,
    });
  }
}

/** As Kubernetes writes times: whole seconds. */
export function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
