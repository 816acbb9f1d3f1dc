import type { FactName, KubernetesFacts, NodeLog } from '../facts.ts';
import { ownershipAnnotation } from '../objects.ts';
import type { Condition, FactsOfCondition, Progress } from '../plan.ts';
import { notYetOff } from './felix-log.ts';
import { operatorState } from './operator.ts';
import { daemonSetState, rolloutState } from './rollout.ts';

const factsOfCondition: FactsOfCondition = {
  'template-environment': ['calicoNode'],
  'template-environment-differs': ['calicoNode'],
  'template-dns-policy-differs': ['calicoNode'],
  'rollout-complete': ['calicoNode'],
  'operator-settled': ['installations', 'tigeraStatus', 'felixConfigurations'],
  'bpf-enabled': ['felixConfigurations'],
  'kube-proxy-running': ['kubeProxy'],
  'operator-available': ['operator'],
  'felix-bpf-off': [],
};

/** The reads that these conditions need, each once. */
export function factsOf(conditions: readonly Condition[]): FactName[] {
  return [...new Set(conditions.flatMap(({ kind }) => factsOfCondition[kind]))];
}

/** Whether the conditions read calico-node's logs. */
export function needsLogs(conditions: readonly Condition[]): boolean {
  return conditions.some(({ kind }) => kind === 'felix-bpf-off');
}

/** Whether all conditions hold; else what is waited for, or the first that no waiting brings about. */
export function progress(
  conditions: readonly Condition[],
  facts: KubernetesFacts,
  logs?: readonly NodeLog[],
): Progress {
  const results = conditions.map((condition) => evaluate(condition, facts, logs));
  const stuck = results.find(({ kind }) => kind === 'stuck');
  if (stuck) return stuck;
  const waits = results.flatMap((result) => (result.kind === 'pending' ? [result.waitingFor] : []));
  return waits.length > 0 ? pending([...new Set(waits)].join('; ')) : done;
}

const done: Progress = { kind: 'done' };

function pending(waitingFor: string): Progress {
  return { kind: 'pending', waitingFor };
}

function doneIf(holds: boolean, waitingFor: string): Progress {
  return holds ? done : pending(waitingFor);
}

function evaluate(condition: Condition, facts: KubernetesFacts, logs: readonly NodeLog[] | undefined): Progress {
  switch (condition.kind) {
    case 'template-environment': {
      const value = facts.calicoNode?.environment[condition.name];
      return doneIf(value === condition.value, `calico-node's template to show ${condition.value}`);
    }
    case 'template-environment-differs': {
      const differs = facts.calicoNode && facts.calicoNode.environment[condition.name] !== condition.value;
      return doneIf(differs === true, `calico-node's template to let go of ${condition.value}`);
    }
    case 'template-dns-policy-differs': {
      const differs = facts.calicoNode && facts.calicoNode.dnsPolicy !== condition.value;
      return doneIf(differs === true, `calico-node's template to let go of the DNS policy ${condition.value}`);
    }
    case 'rollout-complete':
      return rolloutState(facts);
    case 'operator-settled': {
      const state = operatorState(facts);
      if (state.kind === 'stuck') return { kind: 'stuck', reason: state.reason };
      return state.kind === 'settled' ? done : pending(state.waitingFor);
    }
    case 'bpf-enabled':
      return bpfEnabled(condition, facts);
    case 'kube-proxy-running':
      return kubeProxyRunning(condition, facts);
    case 'operator-available': {
      const runs = facts.operator && facts.operator.available > 0 && facts.operator.upToDate;
      return doneIf(runs === true, "tigera-operator's pod to be available");
    }
    case 'felix-bpf-off': {
      if (!logs) return pending("calico-node's logs to be read");
      const waits = logs.flatMap((log) => notYetOff(log) ?? []);
      return waits.length > 0 ? pending(waits.join('; ')) : done;
    }
  }
}

function bpfEnabled(
  { value, annotated }: Extract<Condition, { kind: 'bpf-enabled' }>,
  facts: KubernetesFacts,
): Progress {
  const configuration = facts.felixConfiguration;
  if (!configuration) return pending('FelixConfiguration default');
  const field = configuration.spec['bpfEnabled'] === true;
  if (field !== value) return pending(`bpfEnabled of FelixConfiguration default to be ${value}`);
  const agrees = !annotated || configuration.annotations[ownershipAnnotation] === String(value);
  return doneIf(agrees, `the operator's annotation on FelixConfiguration default to be "${value}"`);
}

function kubeProxyRunning(
  { value }: Extract<Condition, { kind: 'kube-proxy-running' }>,
  { kubeProxy }: KubernetesFacts,
): Progress {
  if (kubeProxy === undefined) return pending('the DaemonSet kube-proxy to be read');
  if (value) return kubeProxy ? daemonSetState('kube-proxy', kubeProxy) : pending('the DaemonSet kube-proxy');
  if (kubeProxy === null) return done;
  if (kubeProxy.observedGeneration < kubeProxy.generation) return pending('kube-proxy: its pods to be taken away');
  return doneIf(kubeProxy.desired === 0, `kube-proxy to leave ${kubeProxy.desired} nodes`);
}
