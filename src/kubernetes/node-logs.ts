import * as z from 'zod';
import type { NodeLog } from '../procedure/facts.ts';
import { Failure } from '../reasons.ts';
import type { Api, ApiRequest } from './api.ts';
import { Unauthenticated } from './api-error.ts';
import { parseBody } from './body.ts';
import { parseNodes } from './facts/nodes.ts';
import { listOf, optionalList } from './facts/objects.ts';
import { nodesRequest } from './facts/reads.ts';

/** Felix says about twenty lines in a start; the last ones decide. */
const tailLines = '2000';
const limitBytes = String(1024 * 1024);
const atOnce = 2;

const podList = listOf(
  z.object({
    metadata: z.object({
      name: z.string(),
      creationTimestamp: z.string(),
      deletionTimestamp: z.string().optional(),
    }),
    spec: z.object({ nodeName: z.string().optional() }),
    status: z.object({ conditions: optionalList(z.object({ type: z.string(), status: z.string() })) }).prefault({}),
  }),
);

type Pod = z.infer<typeof podList>[number];

const podsRequest: ApiRequest = {
  method: 'GET',
  path: '/api/v1/namespaces/calico-system/pods',
  query: { labelSelector: 'k8s-app=calico-node' },
  what: 'list pods calico-system (k8s-app=calico-node)',
};

/** What calico-node said on each of these nodes (by default, every ready Linux node), two at a time. */
export async function nodeLogs(api: Api, since: string | undefined, nodes?: readonly string[]): Promise<NodeLog[]> {
  const [names, pods] = await Promise.all([nodes ?? readyNodes(api), list(api, podsRequest)]);
  const newest = newestOfEachNode(podList.parse(pods));
  const logs = new Map<string, NodeLog>();
  const queue = names.values();
  async function work() {
    for (const node of queue) logs.set(node, await nodeLog(api, node, newest.get(node), since));
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return names.flatMap((node) => logs.get(node) ?? []);
}

async function list(api: Api, request: ApiRequest) {
  return parseBody((await api.send(request)).text, request.what);
}

async function readyNodes(api: Api): Promise<string[]> {
  const nodes = parseNodes(await list(api, nodesRequest));
  return nodes
    .filter(({ ready, virtual, operatingSystem }) => ready && !virtual && operatingSystem === 'linux')
    .map(({ name }) => name);
}

/** One pod for each node: not one that is going where there is another, and of several the newest. */
function newestOfEachNode(pods: readonly Pod[]): Map<string, Pod> {
  const rank = ({ metadata }: Pod) => `${metadata.deletionTimestamp === undefined} ${metadata.creationTimestamp}`;
  const ordered = pods.toSorted((one, other) => rank(one).localeCompare(rank(other)));
  return new Map(ordered.flatMap((pod) => (pod.spec.nodeName === undefined ? [] : [[pod.spec.nodeName, pod]])));
}

async function nodeLog(api: Api, node: string, pod: Pod | undefined, since: string | undefined): Promise<NodeLog> {
  if (!pod) return { node, pod: undefined, ready: false, lines: undefined, problem: 'calico-node has no pod there' };
  const { name } = pod.metadata;
  const ready = pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const what = `read the log of ${name}`;
  try {
    const answer = await api.send({
      method: 'GET',
      path: `/api/v1/namespaces/calico-system/pods/${name}/log`,
      query: { container: 'calico-node', sinceTime: since, tailLines, limitBytes },
      accept: '*/*',
      what,
    });
    if (answer.status !== 200) return { node, pod: name, ready, lines: undefined, problem: 'the pod is gone' };
    return { node, pod: name, ready, lines: answer.text.split('\n').filter((line) => line !== '') };
  } catch (error) {
    if (error instanceof Unauthenticated || (error instanceof Failure && error.kind !== 'permanent')) throw error;
    return {
      node,
      pod: name,
      ready,
      lines: undefined,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
