import { progress } from '../conditions/index.ts';
import { operatorPods } from '../objects.ts';
import type { Change } from '../plan.ts';
import { nameInTemplate } from './endpoint.ts';
import type { StepDefinition } from './step.ts';

/** article.md, A7 and A8: operators up to 1.15 read the ConfigMap when they start, and only then (calico.md 2). */
export const kubeletStep: StepDefinition = {
  id: 'kubelet',
  title: 'Wait for the kubelet, then restart the operator',
  why: 'The kubelet needs a minute to see the ConfigMap, and the operator reads it when it starts.',
  draft({ facts, settings }) {
    const name = nameInTemplate(facts);
    if (progress([name], facts).kind === 'done') return undefined;
    const restart: Change[] = [{ kind: 'delete-pods', ...operatorPods }];
    return {
      changes: restart,
      waitSeconds: settings.kubeletWaitSeconds,
      until: [name],
      patienceSeconds: settings.kubeletWaitSeconds + 300,
      fallback: {
        afterSeconds: Math.max(settings.kubeletWaitSeconds, 60),
        changes: restart,
        why: 'tigera-operator to start again: it began before the kubelet knew the ConfigMap',
      },
    };
  },
};
