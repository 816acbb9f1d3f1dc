import type { Procedure } from '../plan.ts';
import { autodetectionStep } from './autodetection.ts';
import { bpfStep } from './bpf.ts';
import { dataPlaneStep } from './data-plane.ts';
import { dnsOverrideStep } from './dns-override.ts';
import { articleRolloutStep, endpointRolloutStep } from './endpoint-rollout.ts';
import { articleEndpointStep, endpointStep } from './endpoint.ts';
import { felixOptionsStep } from './felix-options.ts';
import { kubeProxyStep, watchKubeProxyStep } from './kube-proxy.ts';
import { kubeletStep } from './kubelet.ts';
import { ownershipStep } from './ownership.ts';
import type { StepDefinition } from './step.ts';

/** Every step of each procedure, in order; every prefix of their writes is harmless (calico.md 2.2 and 14.3; 2.4). */
export const stepsOf: Record<Procedure, readonly StepDefinition[]> = {
  coexist: [felixOptionsStep, dnsOverrideStep, endpointStep, endpointRolloutStep, dataPlaneStep, ownershipStep],
  article: [
    autodetectionStep,
    articleEndpointStep,
    kubeletStep,
    articleRolloutStep,
    felixOptionsStep,
    kubeProxyStep,
    bpfStep,
    watchKubeProxyStep,
  ],
};
