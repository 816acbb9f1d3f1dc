import { eraOf } from '../era.ts';
import { calicoNodesOf } from '../nodes.ts';
import { calicoVersionOf, compareVersions, parseVersion } from '../versions.ts';
import { refuse, wait, type ClusterRule } from './rule.ts';

export const nodeRules: readonly ClusterRule[] = [
  {
    id: 8,
    needs: ['nodes'],
    decide({ kubernetes }) {
      const windows = (kubernetes.nodes ?? []).filter((node) => node.operatingSystem === 'windows');
      const pools = windows.map((node) => `node ${node.name}`).join(', ');
      return windows.length > 0 ? refuse('WINDOWS_NODES', { pools }) : undefined;
    },
  },
  {
    id: 9,
    needs: ['nodes'],
    decide({ kubernetes }) {
      // E1 is x86 only (calico.md 3).
      const supported = eraOf(kubernetes) === 'E1' ? ['amd64'] : ['amd64', 'arm64'];
      const other = calicoNodesOf(kubernetes).find((node) => !supported.includes(node.architecture));
      if (!other) return undefined;
      const values = { node: other.name, architecture: other.architecture, supported: supported.join(' and ') };
      return refuse('UNSUPPORTED_ARCHITECTURE', values);
    },
  },
  {
    id: 10,
    needs: ['nodes', 'clusterInformation'],
    decide({ kubernetes }) {
      const calico = calicoVersionOf(kubernetes);
      if (!calico) return undefined;
      const needed = compareVersions(calico, [3, 30, 0]) >= 0 ? ([5, 10, 0] as const) : ([5, 3, 0] as const);
      const old = calicoNodesOf(kubernetes).find((node) => {
        const kernel = parseVersion(node.kernelVersion);
        return !kernel || compareVersions(kernel, needed) < 0;
      });
      if (!old) return undefined;
      const values = { node: old.name, kernel: old.kernelVersion, needed: needed.slice(0, 2).join('.') };
      return refuse('KERNEL_TOO_OLD', values);
    },
  },
  {
    id: 12,
    needs: ['nodes'],
    decide({ kubernetes }) {
      const nodes = calicoNodesOf(kubernetes);
      if (nodes.length === 0) return wait('NODES_NOT_READY', { nodes: 'there is none yet' });
      const waiting = nodes.filter((node) => !node.ready).map((node) => node.name);
      return waiting.length > 0 ? wait('NODES_NOT_READY', { nodes: waiting.join(', ') }) : undefined;
    },
  },
];
