import { eventType } from './history.ts';
import type { TaskScheduled, TimerCreated } from './history.ts';
import type { Instance } from './hub.ts';

/** The activities and timers of an instance that have no result yet, neither in its history nor on the way to it. */
export function findOutstanding({ history, inbox }: Instance): (TaskScheduled | TimerCreated)[] {
  const answered = new Set<number>();
  for (const event of [...history, ...inbox]) {
    if (event.EventType === eventType.TimerFired) answered.add(event.TimerId);
    if ('TaskScheduledId' in event) answered.add(event.TaskScheduledId);
  }
  return history.filter(
    (event): event is TaskScheduled | TimerCreated =>
      (event.EventType === eventType.TaskScheduled || event.EventType === eventType.TimerCreated) &&
      !answered.has(event.EventId),
  );
}
