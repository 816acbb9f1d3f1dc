import { linuxDataplaneOf, ownershipOf } from '../data-plane.ts';
import { operatorOwnsFelix } from '../era.ts';
import { rolloutPatience } from '../nodes.ts';
import { installation } from '../objects.ts';
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
