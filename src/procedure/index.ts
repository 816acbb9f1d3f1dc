export { assess, assessAzure } from './assess.ts';
export { factsOf, needsLogs, progress } from './conditions/index.ts';
export { describeChange, describePlan, describeStep } from './describe.ts';
export type { PlanDescription, StepDescription } from './describe.ts';
export { draft } from './draft.ts';
export { eraOf } from './era.ts';
export { expectationOf } from './proof/expectation.ts';
export { factsOfProof, prove } from './proof/index.ts';
export { wayBack } from './way-back/index.ts';
