import { reason, type Reason } from '../../reasons.ts';
import { linuxDataplaneOf, ownershipOf } from '../data-plane.ts';
import type { KubernetesFacts, StatusCondition, TigeraStatusFacts } from '../facts.ts';

export type OperatorState =
  | { kind: 'settled' }
  | { kind: 'pending'; waitingFor: string }
  /** No waiting clears it; `clearedByEnabling`: a drafted step does. */
  | { kind: 'stuck'; reason: Reason; clearedByEnabling: boolean };

interface Obstacle {
  matches(degraded: StatusCondition, facts: KubernetesFacts): boolean;
  clearedByEnabling: boolean;
}

/** Reasons and messages are matched in lower case and by parts: they differ between versions (calico.md 14.1, 14.5). */
const obstacles: readonly Obstacle[] = [
  { matches: (degraded) => degraded.reason === 'InvalidConfigurationError', clearedByEnabling: false },
  { matches: (degraded) => degraded.reason === 'ResourceValidationError', clearedByEnabling: false },
  // 1.15.1 writes the prose where others have the reason.
  { matches: (degraded) => lower(degraded.reason).startsWith('invalid installation'), clearedByEnabling: false },
  {
    // For up to 5 s the status still says so after what it means has been put right (14.1).
    matches: (degraded, facts) =>
      degraded.reason === 'ResourceUpdateError' &&
      lower(degraded.message).includes('modified by someone else') &&
      isRefused(facts),
    clearedByEnabling: true,
  },
];

/** What TigeraStatus `calico` says of the Installation's present generation (calico.md 14.1). */
export function operatorState(facts: KubernetesFacts): OperatorState {
  const { installation, tigeraStatus } = facts;
  if (installation === undefined || tigeraStatus === undefined) return pending('TigeraStatus calico to be read');
  if (installation === null) return pending('the Installation default');
  if (tigeraStatus === null) return pending('tigera-operator to report: there is no TigeraStatus calico yet');
  const { degraded } = tigeraStatus;
  if (isCurrent(degraded, installation.generation) && degraded?.status === 'True') {
    const obstacle = obstacles.find(({ matches }) => matches(degraded, facts));
    if (!obstacle) return pending(`tigera-operator, which is Degraded: ${degraded.reason}: ${degraded.message}`);
    const because = reason('OPERATOR_DEGRADED', { reason: degraded.reason, message: degraded.message });
    return { kind: 'stuck', reason: because, clearedByEnabling: obstacle.clearedByEnabling };
  }
  const waitingFor = unsettled(tigeraStatus, installation.generation);
  return waitingFor === undefined ? { kind: 'settled' } : pending(waitingFor);
}

/** The three conditions of a settled operator; the last column is what a missing condition is taken for. */
const wanted = [
  ['available', 'True', false],
  ['progressing', 'False', true],
  ['degraded', 'False', true],
] as const;

function unsettled(status: TigeraStatusFacts, generation: number): string | undefined {
  for (const [name, value, mayBeMissing] of wanted) {
    const condition = status[name];
    if (condition === undefined && mayBeMissing) continue;
    if (!isCurrent(condition, generation)) return 'tigera-operator to report on the present Installation';
    if (condition?.status === value) continue;
    const progress = status.progressing?.status === 'True' ? status.progressing.message : condition?.message;
    const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    return `tigera-operator: ${title} is ${condition?.status ?? 'missing'}${progress ? ` (${progress})` : ''}`;
  }
  return undefined;
}

/** Operators up to 1.15 write no `observedGeneration`; after a restart Degraded is Unknown without one. */
function isCurrent(condition: StatusCondition | undefined, generation: number): boolean {
  return condition?.observedGeneration === undefined || condition.observedGeneration >= generation;
}

/** Whether the operator has a reason to refuse: `true` by hand is none where the data plane is BPF (14.4). */
function isRefused(facts: KubernetesFacts): boolean {
  const ownership = ownershipOf(facts);
  return ownership === 'contradictory' || (ownership === 'hand-made' && linuxDataplaneOf(facts) !== 'BPF');
}

function pending(waitingFor: string): OperatorState {
  return { kind: 'pending', waitingFor };
}

function lower(text: string): string {
  return text.toLowerCase();
}
