import { operatorOwnsFelix, supportOf } from '../era.ts';
import type { KubernetesFacts } from '../facts.ts';
import type { ProofExpectation } from '../plan.ts';
import { clusterDnsPolicy, handsDownDnsPolicy } from '../steps/dns-override.ts';
import { felixOptions } from '../steps/felix-options.ts';
import { calicoVersionOf, compareVersions, operatorVersionOf } from '../versions.ts';

/** What an enabled cluster of this era must look like; undefined: its era is not supported. */
export function expectationOf(facts: KubernetesFacts): ProofExpectation | undefined {
  const support = supportOf(facts);
  const calico = calicoVersionOf(facts);
  const operator = operatorVersionOf(facts);
  if (!support || !calico || !operator) return undefined;
  return {
    era: support.era,
    endpointHost: facts.endpoint.host,
    endpointPort: facts.endpoint.port,
    linuxDataplane: support.era === 'E1' ? undefined : 'BPF',
    annotated: operatorOwnsFelix(support.era),
    felix: felixOptions(facts, calico),
    dnsPolicyNot: handsDownDnsPolicy(operator) ? clusterDnsPolicy : undefined,
    // Felix reports it from 3.28 on (calico.md 6).
    reportsEndpointManager: compareVersions(calico, [3, 28, 0]) >= 0,
  };
}
