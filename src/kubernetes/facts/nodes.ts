import * as z from 'zod';
import type { NodeFacts } from '../../procedure/facts.ts';
import { listOf, optionalList, stringMap } from './objects.ts';

const node = z.object({
  metadata: z.object({ name: z.string(), labels: stringMap }),
  spec: z.object({ taints: optionalList(z.object({ key: z.string() })) }).default({ taints: [] }),
  status: z.object({
    conditions: optionalList(z.object({ type: z.string(), status: z.string() })),
    nodeInfo: z.object({
      kernelVersion: z.string(),
      osImage: z.string(),
      architecture: z.string(),
      operatingSystem: z.string(),
    }),
  }),
});

const nodeList = listOf(node);

export function parseNodes(list: unknown): NodeFacts[] {
  return nodeList.parse(list).map(({ metadata, spec, status }) => ({
    name: metadata.name,
    ready: status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    kernelVersion: status.nodeInfo.kernelVersion,
    osImage: status.nodeInfo.osImage,
    architecture: status.nodeInfo.architecture,
    operatingSystem: status.nodeInfo.operatingSystem,
    virtual:
      metadata.labels['type'] === 'virtual-kubelet' ||
      spec.taints.some(({ key }) => key === 'virtual-kubelet.io/provider'),
  }));
}
