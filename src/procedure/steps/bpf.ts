import { felixConfiguration } from '../objects.ts';
import { merge, type StepDefinition } from './step.ts';

/** article.md, A10: in era E1 the switch itself. */
export const bpfStep: StepDefinition = {
  id: 'bpf',
  title: 'Switch eBPF on',
  why: 'Every Felix starts again with the eBPF data plane.',
  draft({ facts }) {
    return {
      changes: merge(felixConfiguration, { spec: { bpfEnabled: true } }, facts),
      until: [],
      patienceSeconds: 60,
    };
  },
};
