import { isAtLeast, numbersOf } from '../actors/felix/outcome.ts';
import { count, flag, list, oneOf, open, type Schema, text } from './schema.ts';

interface Field {
  schema: Schema;
  /** First and first-no-more version of Calico that has the field. */
  from?: readonly number[];
  until?: readonly number[];
}

/** The fields of FelixConfiguration that matter here, by the versions that have them (calico.md 2.1). */
const fields: Readonly<Record<string, Field>> = {
  bpfEnabled: { schema: flag },
  bpfKubeProxyIptablesCleanupEnabled: { schema: flag },
  bpfKubeProxyHealtzPort: { schema: count, from: [3, 30, 4], until: [3, 30, 5] },
  bpfKubeProxyHealthzPort: { schema: count, from: [3, 30, 5] },
  bpfConnectTimeLoadBalancing: { schema: oneOf('TCP', 'Enabled', 'Disabled'), from: [3, 27] },
  bpfConnectTimeLoadBalancingEnabled: { schema: flag },
  bpfHostNetworkedNATWithoutCTLB: { schema: oneOf('Enabled', 'Disabled'), from: [3, 27] },
  bpfAttachType: { schema: oneOf('TC', 'TCX'), from: [3, 31] },
  bpfDataIfacePattern: { schema: text },
  bpfDisableUnprivileged: { schema: flag },
  bpfEnforceRPF: { schema: text },
  bpfExcludeCIDRsFromNAT: { schema: list(text), from: [3, 28] },
  bpfExternalServiceMode: { schema: text },
  bpfKubeProxyMinSyncPeriod: { schema: text },
  bpfLogLevel: { schema: text },
  nftablesMode: { schema: oneOf('Disabled', 'Enabled', 'Auto'), from: [3, 29] },
  floatingIPs: { schema: oneOf('Enabled', 'Disabled'), from: [3, 24] },
  healthPort: { schema: count },
  logSeverityScreen: { schema: text },
  prometheusMetricsEnabled: { schema: flag },
  reportingInterval: { schema: text },
  routeSource: { schema: text },
  vxlanPort: { schema: count },
  vxlanVNI: { schema: count },
  wireguardEnabled: { schema: flag },
};

/** The schema of a FelixConfiguration's spec in one version of Calico, `v3.31.2`. */
export function felixSchema(calicoVersion: string, keepsUnknown: boolean): Schema {
  const version = numbersOf(calicoVersion);
  const present = Object.entries(fields).filter(
    ([, { from, until }]) =>
      (from === undefined || isAtLeast(version, from)) && (until === undefined || !isAtLeast(version, until)),
  );
  const properties = Object.fromEntries(present.map(([name, { schema }]) => [name, schema]));
  return keepsUnknown ? { ...open, properties } : { type: 'object', properties };
}
