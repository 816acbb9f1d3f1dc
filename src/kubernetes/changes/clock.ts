/** Whether a creationTimestamp, which has whole seconds, lies before another time of the same clock. */
export function isBefore(creationTimestamp: string, time: string): boolean {
  return Date.parse(creationTimestamp) < Math.floor(Date.parse(time) / 1000) * 1000;
}
