import { Failure, reason } from '../reasons.ts';
import { progress } from './conditions/index.ts';
import { supportOf } from './era.ts';
import type { ClusterFacts } from './facts.ts';
import { noticesOf } from './notices.ts';
import type { Plan, RunSettings, Step } from './plan.ts';
import { expectationOf } from './proof/expectation.ts';
import { stepsOf } from './steps/index.ts';
import { calicoVersionOf, describeVersion, operatorVersionOf } from './versions.ts';

/**
 * The steps that these facts still need; a converged cluster has no change left. To be asked for an eligible cluster
 * only: throws Failure UNSUPPORTED_ERA for any other.
 */
export function draft({ kubernetes: facts }: ClusterFacts, settings: RunSettings): Plan {
  const support = supportOf(facts);
  const calico = calicoVersionOf(facts);
  const operator = operatorVersionOf(facts);
  const expectation = expectationOf(facts);
  if (!support || !calico || !operator || !expectation) {
    const values = { calico: describeVersion(calico), operator: describeVersion(operator) };
    throw new Failure('permanent', reason('UNSUPPORTED_ERA', values));
  }
  const { era, procedure } = support;
  const input = { facts, settings, era, procedure, calico, operator };
  const steps = stepsOf[procedure].flatMap(({ id, title, why, draft }): Step[] => {
    const drafted = draft(input);
    return drafted ? [{ id, title, why, ...drafted }] : [];
  });
  return {
    era,
    procedure,
    steps: steps.filter((step) => isNeeded(step, facts)),
    notices: noticesOf(facts, support),
    expectation,
  };
}

/** A step that has nothing to write is left out when its effect is there; what it waits for may not be. */
function isNeeded(step: Step, facts: ClusterFacts['kubernetes']): boolean {
  return step.changes.length > 0 || progress(step.until, facts).kind !== 'done';
}
