import type { ReasonCode } from '../../reasons.ts';
import { reason, type Reason } from '../../reasons.ts';
import type { ClusterFacts, FactName, ManagedClusterFacts } from '../facts.ts';
import type { RunSettings, Source } from '../plan.ts';

export interface Finding {
  kind: 'wait' | 'skip' | 'refuse';
  reason: Reason;
}

export interface AzureRequest {
  source: Source;
  settings: RunSettings;
}

/** A row of calico.md 11 that Azure Resource Manager's facts decide alone. */
export interface AzureRule {
  /** The row. */
  id: number;
  decide(azure: ManagedClusterFacts, request: AzureRequest): Finding | undefined;
}

/** A row of calico.md 11 that needs the cluster's own API. */
export interface ClusterRule {
  /** The row, or what the rule is called where it is none. */
  id: number | string;
  /** A fact of these that was not read makes the rule UNKNOWN_FACT. */
  needs: readonly FactName[];
  /** Also asked where nothing will be written: without it there is nothing to compare the cluster with. */
  verifies?: true;
  decide(facts: ClusterFacts, request: AzureRequest): Finding | undefined;
}

type Values = Record<string, string | number>;

export function wait(code: ReasonCode, values: Values = {}): Finding {
  return { kind: 'wait', reason: reason(code, values) };
}

export function skip(code: ReasonCode, values: Values = {}): Finding {
  return { kind: 'skip', reason: reason(code, values) };
}

export function refuse(code: ReasonCode, values: Values = {}): Finding {
  return { kind: 'refuse', reason: reason(code, values) };
}

/** Nobody in particular asked: then only new clusters without workloads are acted on. */
export function isAutomatic({ source }: AzureRequest): boolean {
  return source === 'event' || source === 'sweep';
}
