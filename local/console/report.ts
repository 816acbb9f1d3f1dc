import type { RequestEntry } from '../aks/azure/server.ts';
import { summarise } from '../aks/kubernetes/request-log.ts';
import type { RequestLog } from '../aks/kubernetes/request-log.ts';
import type { RunDocument } from './app-client.ts';

/** One run in `demo --json`; the counts are the simulated servers'. */
export interface RunReport {
  cluster: string;
  era: string | null;
  procedure: string | null;
  outcome: string | null;
  writes: number;
  reads: number;
  armCalls: number;
  podsReplaced: number;
  nodes: number;
  /** proven, disproven or unknown, layer by layer; `nodes` is the worst of its nodes. */
  proof: { configuration: string; rollout: string; nodes: string } | null;
}

export interface Report {
  ok: boolean;
  /** Wall time. */
  elapsedSeconds: number;
  runs: RunReport[];
}

export interface Evidence {
  name: string;
  resourceId: string;
  nodes: number;
  run: RunDocument;
  /** Of the cluster's Kubernetes API. */
  requests: RequestLog;
  podsReplaced: number;
  armRequests: readonly RequestEntry[];
  /** Object id of the app's identity. */
  app: string;
}

/** The user of a cluster that has local accounts: nobody else uses them. */
const localAccount = 'masterclient';

export function reportOf(evidence: Evidence): RunReport {
  const { name, resourceId, nodes, run, requests, podsReplaced, armRequests, app } = evidence;
  const { writes, reads } = summarise([...requests.by(app), ...requests.by(localAccount)]);
  const below = resourceId.toLowerCase();
  const armCalls = armRequests.filter(({ caller, path }) => caller === app && path.toLowerCase().startsWith(below));
  return {
    cluster: name,
    era: run.era ?? null,
    procedure: run.procedure ?? null,
    outcome: run.outcome ?? null,
    writes,
    reads,
    armCalls: armCalls.length,
    podsReplaced,
    nodes,
    proof: proofOf(run),
  };
}

function proofOf({ proof }: RunDocument): RunReport['proof'] {
  if (!proof) return null;
  const results = proof.nodes.map(({ result }) => result);
  const worst = ['disproven', 'unknown', 'proven'].find((result) => results.includes(result)) ?? 'unknown';
  return { configuration: proof.configuration.result, rollout: proof.rollout.result, nodes: worst };
}

/** A run ended as it should: enabled, and proven in every layer. */
export function isGood({ outcome, proof }: RunReport): boolean {
  return outcome === 'enabled' && proof !== null && Object.values(proof).every((result) => result === 'proven');
}
