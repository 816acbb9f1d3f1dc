import { createHash } from 'node:crypto';
import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt } from '../objects.ts';
import type { KindRules } from './kind-rules.ts';
import { required } from './kind-rules.ts';

/** AKS' default service range is 10.0.0.0/16; an address is derived from the name, .0.1 and .0.10 are taken. */
function clusterAddress(object: KubernetesObject): string {
  const digest = createHash('sha256').update(`${object.metadata.namespace}/${object.metadata.name}`).digest();
  return `10.0.${1 + (digest.readUInt8(0) % 254)}.${1 + (digest.readUInt8(1) % 254)}`;
}

function fillPort(port: Json): Json {
  return isObject(port) ? { protocol: 'TCP', targetPort: port['port'], ...port } : port;
}

export const serviceRules: KindRules = {
  fill(object, previous) {
    const spec = objectAt(object, 'spec');
    const before = objectAt(previous, 'spec');
    const type = textAt(spec, 'type') || 'ClusterIP';
    const given = textAt(spec, 'clusterIP') || textAt(before, 'clusterIP');
    const addresses: JsonObject =
      type === 'ExternalName'
        ? {}
        : {
            clusterIP: given || clusterAddress(object),
            clusterIPs: [given || clusterAddress(object)],
            ipFamilies: ['IPv4'],
            ipFamilyPolicy: 'SingleStack',
            internalTrafficPolicy: 'Cluster',
          };
    const ports = Array.isArray(spec['ports']) ? { ports: listAt(spec, 'ports').map(fillPort) } : {};
    return { ...object, spec: { sessionAffinity: 'None', ...addresses, ...spec, ...ports, type } };
  },
  validate(object) {
    const spec = objectAt(object, 'spec');
    const needsPorts = spec['clusterIP'] !== 'None' && spec['type'] !== 'ExternalName';
    return needsPorts && listAt(spec, 'ports').length === 0 ? [required('spec.ports')] : [];
  },
  initialStatus: () => ({ loadBalancer: {} }),
};
