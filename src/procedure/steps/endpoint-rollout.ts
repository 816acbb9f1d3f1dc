import { rolloutPatience } from '../nodes.ts';
import type { Condition } from '../plan.ts';
import { nameInTemplate } from './endpoint.ts';
import type { StepDefinition } from './step.ts';

/** Section 14.3: from 1.40 on the switch may come before the rollout, so nodes in use get the name first. */
export const endpointRolloutStep: StepDefinition = {
  id: 'endpoint-rollout',
  title: 'Bring the address to every node',
  why: 'Workloads run here: no node may switch to eBPF before it knows the address.',
  draft({ facts }) {
    if ((facts.workloadPods ?? 0) === 0) return undefined;
    return {
      changes: [],
      until: [nameInTemplate(facts), { kind: 'rollout-complete' }],
      patienceSeconds: rolloutPatience(facts),
    };
  },
};

/** The name is on every node before kube-proxy goes: without it calico-node would need kube-proxy (calico.md 7, dangers). */
export const articleRolloutStep: StepDefinition = {
  id: 'endpoint-rollout',
  title: 'Bring the address to every node',
  why: 'Without kube-proxy, calico-node reaches the API server by this address only.',
  draft({ facts }) {
    const until: Condition[] = [nameInTemplate(facts), { kind: 'rollout-complete' }, { kind: 'operator-settled' }];
    return { changes: [], until, patienceSeconds: rolloutPatience(facts) };
  },
};
