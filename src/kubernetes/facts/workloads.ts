import * as z from 'zod';
import type { DaemonSetFacts, OperatorFacts } from '../../procedure/facts.ts';
import { optionalList, stringMap } from './objects.ts';

const container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: optionalList(z.string()),
  args: optionalList(z.string()),
  env: optionalList(z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() })),
});

const podTemplate = z.object({
  spec: z.object({
    containers: z.array(container).min(1),
    initContainers: optionalList(z.object({ name: z.string() })),
    volumes: optionalList(z.object({ name: z.string() })),
    nodeSelector: stringMap,
    dnsPolicy: z.string().optional(),
    dnsConfig: z.looseObject({}).optional(),
  }),
});

const count = z.int().default(0);
const metadata = z.object({ generation: count });

const daemonSet = z.object({
  metadata,
  spec: z.object({
    template: podTemplate,
    updateStrategy: z
      .object({ rollingUpdate: z.object({ maxUnavailable: z.union([z.int(), z.string()]).default(1) }).optional() })
      .optional(),
  }),
  status: z
    .object({
      observedGeneration: count,
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
    })
    .prefault({}),
});

/** Facts of a DaemonSet; its main container is the one named `main`, or the first. */
export function parseDaemonSet(object: unknown, main: string): DaemonSetFacts {
  const { metadata, spec, status } = daemonSet.parse(object);
  const pod = spec.template.spec;
  const found = mainContainer(pod.containers, main);
  return {
    generation: metadata.generation,
    observedGeneration: status.observedGeneration,
    desired: status.desiredNumberScheduled,
    updated: status.updatedNumberScheduled,
    available: status.numberAvailable,
    maxUnavailable: spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1,
    nodeSelector: pod.nodeSelector,
    dnsPolicy: pod.dnsPolicy,
    hasDnsConfig: Object.keys(pod.dnsConfig ?? {}).length > 0,
    volumes: pod.volumes.map(({ name }) => name),
    initContainers: pod.initContainers.map(({ name }) => name),
    environment: Object.fromEntries(
      found.env.filter(({ valueFrom }) => valueFrom === undefined).map(({ name, value }) => [name, value ?? '']),
    ),
    image: found.image,
    command: [...found.command, ...found.args],
  };
}

const deployment = z.object({
  metadata,
  spec: z.object({ template: podTemplate }),
  status: z.object({ observedGeneration: count, availableReplicas: count }).prefault({}),
});

export function parseOperator(object: unknown): OperatorFacts {
  const { metadata, spec, status } = deployment.parse(object);
  const pod = spec.template.spec;
  return {
    image: mainContainer(pod.containers, 'tigera-operator').image,
    dnsPolicy: pod.dnsPolicy,
    available: status.availableReplicas,
    upToDate: status.observedGeneration >= metadata.generation,
  };
}

function mainContainer(containers: z.infer<typeof container>[], name: string): z.infer<typeof container> {
  const found = containers.find((candidate) => candidate.name === name) ?? containers[0];
  if (!found) throw new Error(`The pod template has no container ${name}.`);
  return found;
}

const configMap = z.object({ data: stringMap });

export function parseConfigMap(object: unknown): Record<string, string> {
  return configMap.parse(object).data;
}

const podList = z.object({
  metadata: z.object({ remainingItemCount: z.int().optional() }).prefault({}),
  items: z.array(z.unknown()).nullish(),
});

/** How many pods there are; where the server does not count beyond its page, the page's. */
export function countPods(list: unknown): number {
  const { metadata, items } = podList.parse(list);
  return (items?.length ?? 0) + (metadata.remainingItemCount ?? 0);
}
