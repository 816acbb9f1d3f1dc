import { ownershipOf } from '../data-plane.ts';
import { operatorOwnsFelix } from '../era.ts';
import type { JsonObject, KubernetesFacts } from '../facts.ts';
import { felixConfiguration, ownershipAnnotation } from '../objects.ts';
import { isBetween, type Version } from '../versions.ts';
import { merge, type StepDefinition } from './step.ts';

/** kube-proxy serves its health there; Felix needs another free port beside it (calico.md 1.4). */
const kubeProxyHealthzPort = 10256;
const freeHealthzPort = 10258;

interface Option {
  field: string;
  /** Calico versions, first and last. */
  calico: readonly [Version, Version];
  value(present: unknown): JsonObject[string];
}

const always: readonly [Version, Version] = [
  [0, 0, 0],
  [Infinity, 0, 0],
];

const options: readonly Option[] = [
  // Section 2.2, step 4: before eBPF goes on, else Felix and kube-proxy fight over the rules (8, 2).
  { field: 'bpfKubeProxyIptablesCleanupEnabled', calico: always, value: () => false },
  {
    // Section 2.2, step 4: any free port but 0, which calico-node refuses before 3.32 (1.4).
    field: 'bpfKubeProxyHealthzPort',
    calico: [
      [3, 30, 5],
      [3, 31, 99],
    ],
    value: (present) =>
      typeof present === 'number' && present > 0 && present !== kubeProxyHealthzPort ? present : freeHealthzPort,
  },
  // Section 1.10 and row 37: whatever the kernel, since those with the fix are listed nowhere.
  {
    field: 'bpfConnectTimeLoadBalancing',
    calico: [
      [3, 31, 0],
      [3, 31, 2],
    ],
    value: () => 'Disabled',
  },
  {
    field: 'bpfAttachType',
    calico: [
      [3, 31, 0],
      [3, 31, 2],
    ],
    value: () => 'TC',
  },
];

/** The fields of FelixConfiguration's spec that this Calico needs on AKS, as far as its schema has them. */
export function felixOptions(facts: KubernetesFacts, calico: Version): JsonObject {
  const spec = facts.felixConfiguration?.spec ?? {};
  const known = (field: string) =>
    facts.schema?.felixFields.includes(field) === true || facts.schema?.felixKeepsUnknownFields === true;
  const needed = options.filter((option) => isBetween(calico, ...option.calico) && known(option.field));
  return Object.fromEntries(needed.map(({ field, value }) => [field, value(spec[field])]));
}

export const felixOptionsStep: StepDefinition = {
  id: 'felix-options',
  title: 'Make Felix get along with kube-proxy and the kernel',
  why: "kube-proxy stays, so Felix must not remove its rules; and today's kernels refuse some programs of this Calico.",
  draft({ facts, calico, era }) {
    const patch: JsonObject = { spec: felixOptions(facts, calico) };
    if (operatorOwnsFelix(era) && ownershipOf(facts) === 'contradictory') {
      // Section 1.1: the operator goes on only when field and annotation agree, and both say what is true now.
      patch['spec'] = { ...felixOptions(facts, calico), bpfEnabled: false };
      patch['metadata'] = { annotations: { [ownershipAnnotation]: 'false' } };
    }
    return { changes: merge(felixConfiguration, patch, facts), until: [], patienceSeconds: 60 };
  },
};
