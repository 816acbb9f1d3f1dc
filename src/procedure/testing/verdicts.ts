import type { ReasonCode } from '../../reasons.ts';
import type { Verdict } from '../plan.ts';

/** Kind and codes; of an eligible cluster, those of its notices. */
export function codesOf(verdict: Verdict | undefined): [Verdict['kind'] | undefined, ReasonCode[]] {
  if (!verdict) return [undefined, []];
  const reasons = verdict.kind === 'eligible' ? verdict.notices : verdict.reasons;
  return [verdict.kind, reasons.map(({ code }) => code)];
}
