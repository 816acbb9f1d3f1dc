import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../api-client.ts';
import { rfc3339 } from '../container-runtime.ts';
import type { Condition } from '../objects.ts';
import { daemonSets, deployments, installations, pods, tigeraStatuses } from '../resources.ts';
import { conditionsOf, transition, type Verdict } from './conditions.ts';
import type { Degradation } from './installation.ts';
import { kubeProxyVerdicts } from './kube-proxy-monitor.ts';
import type { OperatorProfile } from './profiles.ts';

export interface ReportInput {
  api: ApiClient;
  profile: OperatorProfile;
  degradation: Degradation | undefined;
  generation: number;
  /** Whether this operator, since its start, has seen everything available. */
  wasAvailable: boolean;
}

/** Writes TigeraStatus, and from it the Installation's conditions; returns whether all was available by now. */
export async function reportStatus(input: ReportInput): Promise<boolean> {
  const { api, profile, degradation, generation } = input;
  const inCalico = (object: { metadata: { namespace?: string } }) => object.metadata.namespace === 'calico-system';
  const observed = {
    daemonSets: api.informer(daemonSets).items().filter(inCalico),
    deployments: api.informer(deployments).items().filter(inCalico),
    pods: api.informer(pods).items().filter(inCalico),
    degradation,
    generation,
  };
  if (observed.daemonSets.length === 0) return false;
  const verdicts = conditionsOf(observed, profile);
  const isAvailable = verdicts.every(({ type, status }) => status === (type === 'Available' ? 'True' : 'False'));
  const isWarm = input.wasAvailable || isAvailable || degradation !== undefined || profile.conditions === 'prose';
  await writeTigeraStatus(api, 'calico', isWarm ? verdicts : stillStarting(verdicts));
  if (profile.conditions === 'prose') return isWarm;
  if (profile.bpfSwitch === 'felixConfiguration') {
    const nothing = { daemonSets: [], deployments: [], pods: [], degradation: undefined, generation };
    await writeTigeraStatus(api, 'ippools', conditionsOf(nothing, profile));
  }
  await writeKubeProxyMonitor(api);
  await mirrorToInstallation(api);
  return isWarm;
}

/** The status comes and goes with `kubeProxyManagement`, a field that operators before 1.40 do not have. */
async function writeKubeProxyMonitor(api: ApiClient): Promise<void> {
  const name = 'kubeproxy-monitor';
  const spec = api.informer(installations).get('default')?.spec ?? {};
  const verdicts = kubeProxyVerdicts(spec, api.informer(daemonSets).get('kube-proxy', 'kube-system'));
  if (verdicts !== undefined) await writeTigeraStatus(api, name, verdicts);
  else if (api.informer(tigeraStatuses).get(name) !== undefined) await api.delete(tigeraStatuses, { name });
}

/** After its start, until all is available: what was there stays, only Degraded is unknown. */
function stillStarting(verdicts: Verdict[]): Verdict[] {
  return verdicts
    .filter(({ type }) => type === 'Degraded')
    .map(({ type, status }) => ({ type, status, reason: 'Unknown' }));
}

async function writeTigeraStatus(api: ApiClient, name: string, verdicts: Verdict[]): Promise<void> {
  const known = api.informer(tigeraStatuses).get(name);
  const object = { apiVersion: 'operator.tigera.io/v1', kind: 'TigeraStatus', metadata: { name }, spec: {} };
  if (known === undefined) await api.create(tigeraStatuses, object);
  const before = (known?.status?.['conditions'] as Condition[] | undefined) ?? [];
  const changed = transition(before, verdicts, rfc3339(api.clock.now()));
  const kept = before.filter((condition) => !changed.some(({ type }) => type === condition.type));
  const conditions = [...kept, ...changed].sort((a, b) => orderOf(a) - orderOf(b));
  if (!isDeepStrictEqual(conditions, before)) await api.patchStatus(tigeraStatuses, { name }, { conditions });
}

const order = ['Available', 'Ready', 'Progressing', 'Degraded'];

function orderOf({ type }: Condition): number {
  return order.indexOf(type);
}

async function mirrorToInstallation(api: ApiClient): Promise<void> {
  const source = api.informer(tigeraStatuses).get('calico')?.status?.['conditions'] as Condition[] | undefined;
  const installation = api.informer(installations).get('default');
  if (source === undefined || installation === undefined) return;
  const conditions = source.map(asInstallationCondition);
  if (isDeepStrictEqual(conditions, installation.status?.['conditions'])) return;
  await api.patchStatus(installations, { name: 'default' }, { conditions });
}

/** The Installation calls Available Ready, and has an empty message where TigeraStatus has none. */
function asInstallationCondition(condition: Condition): Condition {
  return { message: '', ...condition, type: condition.type === 'Available' ? 'Ready' : condition.type };
}
