import { reason, type Reason } from '../reasons.ts';
import { supportOf } from './era.ts';
import type { ClusterFacts, FactName, ManagedClusterFacts } from './facts.ts';
import { noticesOf } from './notices.ts';
import type { Action, RunSettings, Source, Verdict } from './plan.ts';
import { azureRules, firstFinding } from './rules/azure.ts';
import { clusterRules, factTitles } from './rules/index.ts';
import type { Finding } from './rules/rule.ts';

/** What ARM's facts alone decide, before any connection; undefined: the cluster itself has to be asked. */
export function assessAzure(
  azure: ManagedClusterFacts,
  request: { source: Source; settings: RunSettings },
): Verdict | undefined {
  const first = firstFinding(azure, request);
  if (first) return verdictOf([first]);
  return verdictOf(azureRules.flatMap((rule) => rule.decide(azure, request) ?? []));
}

/**
 * Every rule of calico.md 11 over these facts. What no waiting clears is said before what it may clear, and each
 * kind of verdict carries every reason of its kind, in the order of the table. A plan waits for nothing, and a
 * verification asks no more than what to compare the cluster with.
 */
export function assess(
  facts: ClusterFacts,
  request: { action: Action; source: Source; settings: RunSettings },
): Verdict {
  const azure = assessAzure(facts.azure, request);
  if (azure && azure.kind !== 'refuse') return azure;
  const refused = azure?.kind === 'refuse' ? azure.reasons.map((reason): Finding => ({ kind: 'refuse', reason })) : [];
  const unread = new Set<FactName>();
  const rules = clusterRules.filter((rule) => request.action !== 'verify' || rule.verifies);
  const findings = rules.flatMap((rule) => {
    const missing = rule.needs.filter((name) => facts.kubernetes[factTitles[name].field] === undefined);
    for (const name of missing) unread.add(name);
    return missing.length > 0 ? [] : (rule.decide(facts, request) ?? []);
  });
  const unknown = [...unread].map((name): Finding => {
    return { kind: 'refuse', reason: reason('UNKNOWN_FACT', { fact: factTitles[name].title }) };
  });
  const verdict = verdictOf([...refused, ...findings, ...unknown]);
  if (verdict?.kind === 'wait' && request.action === 'plan') return { kind: 'refuse', reasons: verdict.reasons };
  if (verdict) return verdict;
  const support = supportOf(facts.kubernetes);
  if (!support) return { kind: 'refuse', reasons: [reason('UNKNOWN_FACT', { fact: 'The version of Calico' })] };
  return { kind: 'eligible', ...pick(support), notices: noticesOf(facts.kubernetes, support) };
}

const precedence = ['refuse', 'skip', 'wait'] as const;

function verdictOf(findings: readonly Finding[]): Verdict | undefined {
  const kind = precedence.find((kind) => findings.some((finding) => finding.kind === kind));
  if (!kind) return undefined;
  return { kind, reasons: unique(findings.filter((finding) => finding.kind === kind).map(({ reason }) => reason)) };
}

function unique(reasons: Reason[]): Reason[] {
  return reasons.filter((one, index) => reasons.findIndex(({ message }) => message === one.message) === index);
}

function pick({
  era,
  procedure,
}: NonNullable<ReturnType<typeof supportOf>>): Pick<Extract<Verdict, { kind: 'eligible' }>, 'era' | 'procedure'> {
  return { era, procedure };
}
