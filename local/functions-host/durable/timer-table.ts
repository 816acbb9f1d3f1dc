import type { Clock } from '../../clock.ts';

export interface TimerTable {
  set(instanceId: string, timerId: number, fireAt: Date, callback: () => void): void;
  cancelAll(instanceId: string): void;
  /** Cancels everything, and sets nothing any more. */
  stop(): void;
}

/** The durable timers that are armed in this process. */
export function createTimerTable(clock: Clock): TimerTable {
  const armed = new Map<string, Map<number, () => void>>();
  let stopped = false;

  function cancelAll(instanceId: string): void {
    for (const cancel of armed.get(instanceId)?.values() ?? []) cancel();
    armed.delete(instanceId);
  }

  return {
    set(instanceId, timerId, fireAt, callback) {
      if (stopped) return;
      const timers = armed.get(instanceId) ?? new Map<number, () => void>();
      armed.set(instanceId, timers);
      const delay = Math.max(0, fireAt.getTime() - clock.now().getTime());
      const fire = () => {
        timers.delete(timerId);
        callback();
      };
      timers.set(timerId, clock.after(delay, fire));
    },
    cancelAll,
    stop() {
      stopped = true;
      for (const instanceId of armed.keys()) cancelAll(instanceId);
    },
  };
}
