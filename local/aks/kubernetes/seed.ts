import { decode } from './decode.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { Registry } from './resources/registry.ts';

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** The API server's own address in the cluster. */
const apiService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { type: 'ClusterIP', clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: 443 }] },
};

/** What an API server makes by itself when it starts on an empty store. */
export function seedSystemObjects(writer: ObjectWriter, registry: Registry): void {
  const namespace = registry.find('', 'v1', 'namespaces');
  const service = registry.find('', 'v1', 'services');
  if (namespace === undefined || service === undefined)
    throw new Error('The built-in resources have no namespaces or services');
  for (const name of namespaces) {
    const { object } = decode({ metadata: { name } }, namespace);
    writer.create({ resource: namespace, namespace: '', object, dryRun: false });
  }
  const { object } = decode(apiService, service);
  writer.create({ resource: service, namespace: 'default', object, dryRun: false });
}
