import { matchesLabels, type Node, type NodeSelectorTerm, type PodSpec } from './objects.ts';

/** True when the pod's nodeSelector and required node affinity admit the node; taints are tolerated throughout. */
export function mayRunOn(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return matchesLabels(spec.nodeSelector, labels) && (terms?.some((term) => admits(term, labels)) ?? true);
}

function admits(term: NodeSelectorTerm, labels: Record<string, string>): boolean {
  return (term.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        throw new Error(
          `The node affinity operator ${operator} is not known here; use In, NotIn, Exists or DoesNotExist`,
        );
    }
  });
}
