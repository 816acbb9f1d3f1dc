import { reason } from '../../reasons.ts';
import { autodetectionPath } from '../data-plane.ts';
import type { JsonObject } from '../facts.ts';
import { objectAt } from '../json.ts';
import { rolloutPatience } from '../nodes.ts';
import { articleReach, isArticleMethod } from '../notices.ts';
import { felixConfiguration, installation, kubeProxy, operatorPods } from '../objects.ts';
import { progress } from '../conditions/index.ts';
import type { Change, Condition } from '../plan.ts';
import { nameInTemplate } from './endpoint.ts';
import { isSwitched, merge, type StepDefinition } from './step.ts';

/** article.md, A4, with guard rail (i) of calico.md 2.4: a second method is an error, so the others go. */
export const autodetectionStep: StepDefinition = {
  id: 'autodetection',
  title: 'Let Calico pick the right address of each node',
  why: 'Calico takes the address from which it reaches a public one.',
  draft(input) {
    const { facts } = input;
    const methods = objectAt(facts.installation?.spec, ...autodetectionPath);
    const removed = Object.keys(methods).filter((method) => method !== 'canReach');
    if (removed.length === 0 && isArticleMethod('canReach', methods['canReach'])) return undefined;
    // Where the switch is made, AKS may have brought its own method back: then that one stays.
    if (isSwitched(input)) return undefined;
    const patch: JsonObject = { canReach: articleReach };
    for (const method of removed) patch[method] = null;
    const spec = { calicoNetwork: { nodeAddressAutodetectionV4: patch } };
    return { changes: merge(installation, { spec }, facts), until: [], patienceSeconds: 60 };
  },
};

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

/** article.md, A9. Where AKS puts it back, eBPF runs beside it (calico.md 5): the clean-up is off before (2.4, ii). */
export const kubeProxyStep: StepDefinition = {
  id: 'kube-proxy',
  title: 'Switch kube-proxy off',
  why: 'Calico serves the services itself; both would do the same work twice.',
  draft(input) {
    const { facts } = input;
    if (!facts.kubeProxy || isSwitched(input)) return undefined;
    const spec = { template: { spec: { nodeSelector: { 'non-calico': 'true' } } } };
    return {
      changes: merge(kubeProxy, { spec }, facts),
      until: [{ kind: 'kube-proxy-running', value: false }],
      patienceSeconds: 120,
      otherwise: reason('KUBE_PROXY_RETURNED'),
    };
  },
};

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

/** Guard rail (iii) of calico.md 2.4: the add-on manager may take minutes to put kube-proxy back (5). */
export const watchKubeProxyStep: StepDefinition = {
  id: 'watch-kube-proxy',
  title: 'Watch whether kube-proxy stays away',
  why: 'AKS may put it back; eBPF then goes on beside it.',
  draft(input) {
    const { facts, settings } = input;
    if (!facts.kubeProxy || isSwitched(input)) return undefined;
    return {
      changes: [],
      waitSeconds: settings.kubeProxyWatchSeconds,
      until: [{ kind: 'kube-proxy-running', value: false }],
      patienceSeconds: 0,
      otherwise: reason('KUBE_PROXY_RETURNED'),
      afterProof: true,
    };
  },
};
