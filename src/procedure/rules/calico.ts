import { operatorState } from '../conditions/operator.ts';
import { rolloutState } from '../conditions/rollout.ts';
import { linuxDataplaneOf } from '../data-plane.ts';
import { supportOf } from '../era.ts';
import type { KubernetesFacts } from '../facts.ts';
import { valueAt } from '../json.ts';
import { calicoVersionOf, describeVersion, operatorVersionOf } from '../versions.ts';
import { refuse, wait, type ClusterRule } from './rule.ts';

const oneShotFields = ['bpfNetworkBootstrap', 'kubeProxyManagement'];

export const calicoRules: readonly ClusterRule[] = [
  {
    id: 13,
    needs: ['installations', 'tigeraStatus', 'felixConfigurations', 'calicoNode'],
    decide({ kubernetes }) {
      const problem = problemOf(kubernetes);
      return problem === undefined ? undefined : wait('CALICO_NOT_HEALTHY', { problem });
    },
  },
  {
    id: 14,
    needs: ['schema', 'operator', 'clusterInformation'],
    verifies: true,
    decide({ kubernetes }) {
      // On a cluster that is minutes old these come later: row 13 waits for them.
      if (!kubernetes.schema || !kubernetes.operator || !kubernetes.calicoNode) return undefined;
      const calico = calicoVersionOf(kubernetes);
      const operator = operatorVersionOf(kubernetes);
      if (!calico) return refuse('UNKNOWN_FACT', { fact: "Calico's version" });
      if (!operator) return refuse('UNKNOWN_FACT', { fact: "tigera-operator's version" });
      if (supportOf(kubernetes)) return undefined;
      return refuse('UNSUPPORTED_ERA', { calico: describeVersion(calico), operator: describeVersion(operator) });
    },
  },
  {
    id: 18,
    needs: ['installations'],
    decide({ kubernetes }) {
      const dataplane = linuxDataplaneOf(kubernetes);
      return ['Iptables', 'Nftables', 'BPF'].includes(dataplane)
        ? undefined
        : refuse('OTHER_DATA_PLANE', { dataplane });
    },
  },
  {
    id: 24,
    needs: ['installations'],
    decide({ kubernetes }) {
      const set = [kubernetes.installation?.spec, kubernetes.overlay?.spec].flatMap((spec) =>
        oneShotFields.filter((field) => valueAt(spec, 'calicoNetwork', field) === 'Enabled'),
      );
      return set.length > 0 ? refuse('ONE_SHOT_FIELDS', { fields: set.join(' and ') }) : undefined;
    },
  },
];

/** What keeps Calico from being healthy, but for what a drafted step clears (calico.md 11, rows 13 and 16). */
function problemOf(facts: KubernetesFacts): string | undefined {
  if (facts.schema === null) return 'its custom resource definitions are not there yet';
  if (!facts.installation) return 'there is no Installation default yet';
  if (!facts.felixConfiguration) return 'there is no FelixConfiguration default yet';
  if (facts.operator === null) return 'there is no Deployment tigera-operator';
  const rollout = rolloutState(facts);
  if (rollout.kind === 'pending') return rollout.waitingFor;
  const operator = operatorState(facts);
  if (operator.kind === 'pending') return operator.waitingFor;
  return operator.kind === 'stuck' && !operator.clearedByEnabling ? operator.reason.message : undefined;
}
