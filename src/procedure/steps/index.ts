import type { Procedure } from '../plan.ts';
import {
  articleRolloutStep,
  autodetectionStep,
  bpfStep,
  kubeletStep,
  kubeProxyStep,
  watchKubeProxyStep,
} from './article.ts';
import { dataPlaneStep, ownershipStep } from './data-plane.ts';
import { dnsOverrideStep } from './dns-override.ts';
import { articleEndpointStep, endpointRolloutStep, endpointStep } from './endpoint.ts';
import { felixOptionsStep } from './felix-options.ts';
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
