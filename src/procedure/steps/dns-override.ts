import { dnsPolicyPath, effectiveInstallation } from '../data-plane.ts';
import type { KubernetesFacts } from '../facts.ts';
import { valueAt } from '../json.ts';
import { installation } from '../objects.ts';
import { isBetween, type Version } from '../versions.ts';
import { merge, type StepDefinition } from './step.ts';

/** With it, a node whose CoreDNS is away cannot resolve the API server's name (calico.md 1.5). */
export const clusterDnsPolicy = 'ClusterFirstWithHostNet';

/** Operators that hand their own DNS policy to calico-node (calico.md 11, row 22). */
const affected: readonly (readonly [Version, Version])[] = [
  [
    [1, 40, 0],
    [1, 40, 15],
  ],
  [
    [1, 41, 0],
    [1, 41, 99],
  ],
  [
    [1, 42, 0],
    [1, 42, 6],
  ],
  [
    [1, 43, 0],
    [1, 43, 99],
  ],
];

export function handsDownDnsPolicy(operator: Version): boolean {
  return affected.some((range) => isBetween(operator, ...range));
}

/** Whether calico-node resolves through the cluster's DNS, or would without our override. */
function needsOverride(facts: KubernetesFacts): boolean {
  const overridden = valueAt(effectiveInstallation(facts), ...dnsPolicyPath) !== undefined;
  const { calicoNode } = facts;
  return !overridden && calicoNode?.dnsPolicy === clusterDnsPolicy && !calicoNode.hasDnsConfig;
}

export const dnsOverrideStep: StepDefinition = {
  id: 'dns-override',
  title: "Resolve names by the node's own DNS",
  why: 'calico-node must find the API server by its name even where the DNS of the cluster does not answer.',
  draft({ facts, operator }) {
    const canOverride = facts.schema?.dnsPolicyOverride === true;
    if (!handsDownDnsPolicy(operator) || !canOverride || !needsOverride(facts)) return undefined;
    const spec = { calicoNodeDaemonSet: { spec: { template: { spec: { dnsPolicy: 'Default' } } } } };
    return { changes: merge(installation, { spec }, facts), until: [], patienceSeconds: 60 };
  },
};
