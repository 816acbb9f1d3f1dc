import { ownershipOf } from '../data-plane.ts';
import { operatorOwnsFelix } from '../era.ts';
import { felixConfiguration, ownershipAnnotation } from '../objects.ts';
import type { Condition } from '../plan.ts';
import { merge, type StepDefinition } from './step.ts';

/** Section 14.4: last, else the way back ends Degraded with eBPF on and its mounts gone. */
export const ownershipStep: StepDefinition = {
  id: 'ownership',
  title: 'Hand bpfEnabled over to the operator',
  why: 'It was set by hand; without the mark of the operator the way back would be refused.',
  draft({ facts, era }) {
    if (!operatorOwnsFelix(era) || ownershipOf(facts) !== 'hand-made') return undefined;
    const patch = { metadata: { annotations: { [ownershipAnnotation]: 'true' } } };
    const until: Condition[] = [{ kind: 'bpf-enabled', value: true, annotated: true }];
    return { changes: merge(felixConfiguration, patch, facts), until, patienceSeconds: 60 };
  },
};
