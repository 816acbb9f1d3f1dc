import type { ManagedClusterFacts } from '../procedure/facts.ts';
import type { Reason } from '../reasons.ts';
import type { ActivityBase, RunInput } from './activity-table.ts';
import { later, now, secondsSince, type DurableContext } from './durable.ts';

/** How long a claim stands without a word from its run, and when it is renewed. */
export const leaseSeconds = 15 * 60;
const renewAfterSeconds = 5 * 60;

/** What a run knows of itself between two activities; rebuilt by every replay, so nothing but the history decides it. */
export interface RunInProgress {
  df: DurableContext;
  input: RunInput;
  azure: ManagedClusterFacts;
  leaseRenewedAt: string;
  /** The API server's clock when the plan was made: before the first write of this run. */
  plannedAt: string;
  /** The API server's clock as last seen. */
  serverTime: string;
  steps: number;
  /** How long Azure said that the cluster was stopped or being changed, since the run began to act. */
  outageSeconds: number;
  notices: Reason[];
}

/** Input that every activity of the run gets; carries a new lease when the old one is a third used. */
export function base(run: RunInProgress): ActivityBase & { now: string } {
  const common = {
    ...run.input,
    instanceId: run.df.instanceId,
    azure: run.azure,
    now: now(run.df),
  };
  if (secondsSince(run.df, run.leaseRenewedAt) < renewAfterSeconds) return common;
  run.leaseRenewedAt = now(run.df);
  return { ...common, leaseUntil: later(run.df, leaseSeconds) };
}
