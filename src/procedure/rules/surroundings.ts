import { autodetectionPath, dataPlanePath, dnsPolicyPath, isBpfEnabled, linuxDataplaneOf } from '../data-plane.ts';
import { eraOf } from '../era.ts';
import type { KubernetesFacts } from '../facts.ts';
import { valueAt } from '../json.ts';
import { hostVariable, portVariable } from '../objects.ts';
import { isAutomatic, refuse, type ClusterRule } from './rule.ts';

export const surroundingRules: readonly ClusterRule[] = [
  {
    // What the overlay sets would be laid over what is written to `default` (calico.md 2.1).
    id: 'overlay',
    needs: ['installations'],
    decide({ kubernetes }) {
      const fields = overlaidPaths(kubernetes).map((path) => path.join('.'));
      return fields.length > 0 ? refuse('OVERLAY_INSTALLATION', { fields: fields.join(' and ') }) : undefined;
    },
  },
  {
    id: 20,
    needs: [],
    verifies: true,
    decide({ kubernetes }) {
      const { host } = kubernetes.endpoint;
      return isName(host) ? undefined : refuse('ENDPOINT_NOT_A_NAME', { host: host || '(none)' });
    },
  },
  {
    id: 23,
    needs: ['endpointConfigMap'],
    decide({ kubernetes: { endpoint, endpointConfigMap } }) {
      const host = endpointConfigMap?.[hostVariable];
      if (host === undefined) return undefined;
      const port = endpointConfigMap?.[portVariable] ?? '443';
      const wanted = `${endpoint.host}:${endpoint.port}`;
      return `${host}:${port}` === wanted ? undefined : refuse('ENDPOINT_TAKEN', { host: `${host}:${port}`, wanted });
    },
  },
  {
    id: 27,
    needs: ['kubeProxy'],
    decide({ kubernetes }) {
      return /--proxy-mode[= ]ipvs\b/.test(kubernetes.kubeProxy?.command.join(' ') ?? '')
        ? refuse('KUBE_PROXY_IPVS')
        : undefined;
    },
  },
  {
    id: 34,
    needs: ['workloadPods'],
    decide({ kubernetes }, request) {
      const count = kubernetes.workloadPods ?? 0;
      // A cluster that is on eBPF already is confirmed, not switched (row 17).
      if (!isAutomatic(request) || count === 0 || isBpfEnabled(kubernetes)) return undefined;
      return refuse('WORKLOADS_RUNNING', { count });
    },
  },
];

/** Paths below `spec` that a plan for these facts may write and that the overlay decides otherwise. */
function overlaidPaths(facts: KubernetesFacts): string[][] {
  const overlay = facts.overlay?.spec;
  if (!overlay) return [];
  const paths = eraOf(facts) === 'E1' ? [autodetectionPath] : [dataPlanePath, dnsPolicyPath];
  return paths.filter((path) => {
    if (valueAt(overlay, ...path) === undefined) return false;
    return path !== dataPlanePath || linuxDataplaneOf(facts) !== 'BPF';
  });
}

/** A name has a letter and no colon: neither an IPv4 nor an IPv6 address. */
function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':');
}
