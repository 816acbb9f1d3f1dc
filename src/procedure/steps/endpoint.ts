import type { JsonObject, KubernetesFacts } from '../facts.ts';
import { remainderOf } from '../json.ts';
import { endpointConfigMap, hostVariable, operatorPods, portVariable, presentOf } from '../objects.ts';
import type { Change, Condition } from '../plan.ts';
import type { StepDefinition } from './step.ts';

const title = "Give Calico the API server's own address";
const why = 'In eBPF mode Calico serves the address of the API inside the cluster itself, so it cannot depend on it.';

function writeConfigMap(facts: KubernetesFacts): Change[] {
  const data = { [hostVariable]: facts.endpoint.host, [portVariable]: String(facts.endpoint.port) };
  if (!remainderOf({ data }, presentOf(endpointConfigMap, facts))) return [];
  const { apiVersion, kind, name, namespace } = endpointConfigMap;
  const body: JsonObject = { apiVersion, kind, metadata: { name, namespace: namespace ?? '' }, data };
  return [{ kind: 'apply', object: endpointConfigMap, body }];
}

/** Compared by value: the operator always renders the variable, from its own environment (calico.md 2.2, step 3). */
export function nameInTemplate({ endpoint }: KubernetesFacts): Condition {
  return { kind: 'template-environment', name: hostVariable, value: endpoint.host };
}

/** Section 2.2, step 3: the operator sees the ConfigMap by itself; where it does not, its pod is deleted once. */
export const endpointStep: StepDefinition = {
  id: 'endpoint',
  title,
  why,
  draft({ facts, settings }) {
    return {
      changes: writeConfigMap(facts),
      until: [nameInTemplate(facts)],
      patienceSeconds: settings.kubeletWaitSeconds + 300,
      fallback: {
        afterSeconds: settings.kubeletWaitSeconds,
        changes: [{ kind: 'delete-pods', ...operatorPods }],
        why: 'tigera-operator to start again: it has not taken up the ConfigMap',
      },
    };
  },
};

/** article.md, A5 and A6: written, and not waited for. */
export const articleEndpointStep: StepDefinition = {
  id: 'endpoint',
  title,
  why,
  draft({ facts }) {
    return { changes: writeConfigMap(facts), until: [], patienceSeconds: 60 };
  },
};
