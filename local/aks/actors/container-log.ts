import type { Clock } from '../../clock.ts';

export interface LogLine {
  /** Milliseconds since 1970, cluster time. */
  at: number;
  text: string;
}

/** As many lines as a container's log keeps; the oldest go first, as a rotated file's do. */
const capacity = 4000;

/**
 * What a container wrote. Lines may be written ahead of time and are seen when their time has come, so that a program
 * needs no timer for each of its lines.
 */
export class ContainerLog {
  readonly #clock: Clock;
  #lines: LogLine[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(text: string, at = this.#clock.now().getTime()): void {
    this.#lines.push({ at, text });
    if (this.#lines.length > capacity * 2) this.#lines = this.#lines.slice(-capacity);
  }

  /** Takes back what would have been written later: the writer is dead. */
  cut(): void {
    const now = this.#clock.now().getTime();
    this.#lines = this.#lines.filter((line) => line.at <= now);
  }

  /** The lines written so far, from `since` (milliseconds since 1970) on. */
  read(since = 0): LogLine[] {
    const now = this.#clock.now().getTime();
    return this.#lines.filter((line) => line.at >= since && line.at <= now).slice(-capacity);
  }
}
