import { Agent, request } from 'undici';
import { pods } from '../actors/resources.ts';
import type { TestCluster } from './test-cluster.ts';

/** The names of calico-node's pods by their nodes. */
async function calicoPods({ api }: TestCluster): Promise<Map<string, string>> {
  const { items } = await api.list(pods);
  const ours = items.filter((pod) => pod.metadata.labels?.['k8s-app'] === 'calico-node');
  return new Map(ours.map((pod) => [pod.spec.nodeName ?? '', pod.metadata.name]));
}

/** A calico-node's log by way of the API server; `query` as kubectl sends it. */
export async function nodeLog(test: TestCluster, node: string, query = ''): Promise<{ code: number; text: string }> {
  const { ca, certificate, key } = test.connection;
  const pod = (await calicoPods(test)).get(node) ?? 'none';
  const dispatcher = new Agent({ connect: { ca, cert: certificate, key } });
  try {
    const path = `/api/v1/namespaces/calico-system/pods/${pod}/log?container=calico-node${query}`;
    const answer = await request(`${test.apiServer.url}${path}`, { dispatcher });
    return { code: answer.statusCode, text: await answer.body.text() };
  } finally {
    await dispatcher.destroy();
  }
}
