import type { Clock } from '../../clock.ts';

export interface ReadinessOptions {
  clock: Clock;
  /** Seconds between two probes; 0 without a probe: what the program says is seen at once. */
  periodSeconds: number;
  /** Probes in a row that must fail before a ready container is not ready any more. */
  failureThreshold: number;
  onChange: () => void;
}

/**
 * What a kubelet makes of a program's answers to its readiness probe: the first success of a container is seen at once
 * (the kubelet probes a starting container eagerly), everything later when the next probe asks.
 */
export class Readiness {
  isReady = false;
  readonly #options: ReadinessOptions;
  readonly #startedAt: number;
  #answer = false;
  #wasReady = false;
  #failures = 0;
  #cancel: (() => void) | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now().getTime();
  }

  /** Takes what the program would answer from now on. */
  report(answer: boolean): void {
    this.#answer = answer;
    if (this.#options.periodSeconds === 0 || (answer && !this.#wasReady)) this.#settle(answer);
    else if (answer !== this.isReady) this.#probeLater();
  }

  stop(): void {
    this.#cancel?.();
  }

  #probeLater(): void {
    if (this.#cancel !== undefined) return;
    const { clock, periodSeconds } = this.#options;
    const period = periodSeconds * 1000;
    const elapsed = clock.now().getTime() - this.#startedAt;
    this.#cancel = clock.after(period - (elapsed % period), () => {
      this.#cancel = undefined;
      this.#probe();
    });
  }

  #probe(): void {
    this.#failures = this.#answer ? 0 : this.#failures + 1;
    if (this.#answer) this.#settle(true);
    else if (this.#failures >= this.#options.failureThreshold) this.#settle(false);
    if (this.#answer !== this.isReady) this.#probeLater();
  }

  #settle(isReady: boolean): void {
    this.#wasReady ||= isReady;
    this.#failures = 0;
    if (this.isReady === isReady) return;
    this.isReady = isReady;
    this.#options.onChange();
  }
}
