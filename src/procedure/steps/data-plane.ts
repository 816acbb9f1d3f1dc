import { ownershipOf } from '../data-plane.ts';
import { linuxDataplaneOf } from '../data-plane.ts';
import { operatorOwnsFelix } from '../era.ts';
import { rolloutPatience } from '../nodes.ts';
import { felixConfiguration, installation, ownershipAnnotation } from '../objects.ts';
import type { Condition } from '../plan.ts';
import { clusterDnsPolicy, dnsOverrideStep } from './dns-override.ts';
import { nameInTemplate } from './endpoint.ts';
import { merge, type StepDefinition } from './step.ts';

/** Section 2.2, steps 5 and 6: it waits for all of the one rollout (14.3). */
export const dataPlaneStep: StepDefinition = {
  id: 'data-plane',
  title: 'Switch the data plane to eBPF',
  why: 'The operator owns the switch: it rolls calico-node out, then turns eBPF on in every Felix.',
  draft(input) {
    const { facts, era } = input;
    const spec = { calicoNetwork: { linuxDataplane: 'BPF' } };
    // The overlay may say it already; then `default` is left alone.
    const changes = linuxDataplaneOf(facts) === 'BPF' ? [] : merge(installation, { spec }, facts);
    const annotated = operatorOwnsFelix(era) && ownershipOf(facts) !== 'hand-made';
    const dnsPolicy: Condition[] = dnsOverrideStep.draft(input)
      ? [{ kind: 'template-dns-policy-differs', value: clusterDnsPolicy }]
      : [];
    const until: Condition[] = [
      nameInTemplate(facts),
      ...dnsPolicy,
      { kind: 'rollout-complete' },
      { kind: 'bpf-enabled', value: true, annotated },
      { kind: 'operator-settled' },
    ];
    return { changes, until, patienceSeconds: rolloutPatience(facts) };
  },
};

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
