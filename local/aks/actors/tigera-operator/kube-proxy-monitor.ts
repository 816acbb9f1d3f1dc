import type { DaemonSet } from '../objects.ts';
import type { Verdict } from './conditions.ts';
import type { InstallationSpec } from './installation.ts';

const modeLabel = 'addonmanager.kubernetes.io/mode';

/** What TigeraStatus kubeproxy-monitor says of `kubeProxyManagement`; undefined while it is not Enabled. */
export function kubeProxyVerdicts(spec: InstallationSpec, kubeProxy: DaemonSet | undefined): Verdict[] | undefined {
  if (spec.calicoNetwork?.kubeProxyManagement !== 'Enabled') return undefined;
  const mode = kubeProxy?.metadata.labels?.[modeLabel];
  if (mode === undefined) return [{ type: 'Degraded', status: 'False', reason: 'Unknown' }];
  const cause = `DaemonSet is likely managed by another source due to the label '${modeLabel}: ${mode}'`;
  const message = `failed to validate kube-proxy DaemonSet: ${cause}`;
  return [{ type: 'Degraded', status: 'True', reason: 'ResourceValidationError', message }];
}
