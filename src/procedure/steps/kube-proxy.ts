import { reason } from '../../reasons.ts';
import { kubeProxy } from '../objects.ts';
import { isSwitched, merge, type StepDefinition } from './step.ts';

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
