/** Kubernetes' timestamps: RFC 3339 in whole seconds, UTC. */
export function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
