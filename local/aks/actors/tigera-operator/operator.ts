import type { ApiClient } from '../api-client.ts';
import { later } from '../later.ts';
import { type CustomObject, ownedBy } from '../objects.ts';
import { ended, type Program, type ProgramContext } from '../programs.ts';
import { createReconciler } from '../reconciler.ts';
import {
  configMaps,
  daemonSets,
  deployments,
  felixConfigurations,
  imageSets,
  installations,
  nodes,
  pods,
  tigeraStatuses,
} from '../resources.ts';
import { bpfAnnotation, decideBpfEnabled, foreignBpfEnabled, isRolledOutWithBpffs } from './felix-ownership.ts';
import { type Degradation, type InstallationSpec, missingDefaults, refusalOf, withOverlay } from './installation.ts';
import type { OperatorProfile } from './profiles.ts';
import { renderKubeControllers, renderTypha } from './render-deployments.ts';
import { renderNode, type RenderInput } from './render-node.ts';
import { reportStatus } from './report.ts';
import { isIncluded } from './subset.ts';

/** Faults of the real operator that can be switched on and off at any time. */
export interface OperatorFaults {
  /** `bpfEnabled` goes on right after the template was written, before any pod has rolled (calico.md 14.1). */
  leaksGate: boolean;
}

/** Seconds from the operator's start to its first write, and between two looks at the state of things. */
const startSeconds = 3;
const tickSeconds = 5;

const endpointName = 'kubernetes-services-endpoint';

/** The program of a container tigera-operator. */
export function tigeraOperator(profile: OperatorProfile, faults: OperatorFaults): Program {
  return async (context) => {
    const { api, signal } = context;
    await syncAll(api, profile);
    context.ready(true);
    await api.clock.sleep(startSeconds * 1000, signal).catch(() => undefined);
    if (signal.aborted) return 0;
    runOperator(context, profile, faults);
    return ended(signal);
  };
}

async function syncAll(api: ApiClient, profile: OperatorProfile): Promise<void> {
  const always = [installations, tigeraStatuses, felixConfigurations, configMaps, daemonSets, deployments, nodes, pods];
  const needed = profile.conditions === 'prose' ? always : [...always, imageSets];
  await Promise.all(needed.map((resource) => api.informer(resource).synced));
}

function runOperator(
  { api, signal, onError, env }: ProgramContext,
  profile: OperatorProfile,
  faults: OperatorFaults,
): void {
  let endpoint = { host: env['KUBERNETES_SERVICE_HOST'] ?? '', port: env['KUBERNETES_SERVICE_PORT'] ?? '443' };
  const initialEndpoint = endpoint;
  let degradation: Degradation | undefined;
  let generation = 0;
  // Until everything was available once, only Degraded is written (calico.md 14.1).
  let wasAvailable = false;

  // Before 1.40 the template without the mount makes the gate hold.
  const mayLeak = profile.bpffsMount === 'always';
  const trigger = createReconciler({ clock: api.clock, signal, onError, reconcile });
  const report = createReconciler({ clock: api.clock, signal, onError, reconcile: writeStatus });
  const reconcileSoon = () => trigger('default');
  const subscriptions = [
    api.informer(installations).onChange((object, change) => {
      if (change === 'deleted' || object.metadata.name !== 'default' || object.metadata.generation !== generation) {
        reconcileSoon();
      }
    }),
    api.informer(felixConfigurations).onChange(reconcileSoon),
    api.informer(configMaps).onChange((map) => {
      if (profile.watchesEndpoint && map.metadata.name === endpointName) reconcileSoon();
    }),
    ...(profile.conditions === 'prose' ? [] : [api.informer(imageSets).onChange(reconcileSoon)]),
  ];
  signal.addEventListener('abort', () => subscriptions.forEach((unsubscribe) => unsubscribe()));
  reconcileSoon();
  tick();

  function tick(): void {
    later(api.clock, signal, tickSeconds * 1000, () => {
      reconcileSoon();
      report('calico');
      tick();
    });
  }

  async function reconcile(): Promise<void> {
    const installation = api.informer(installations).get('default');
    if (installation === undefined) return;
    degradation = await bringAbout(installation);
    generation = api.informer(installations).get('default')?.metadata.generation ?? generation;
  }

  async function bringAbout(found: CustomObject): Promise<Degradation | undefined> {
    const installation = await fillDefaults(found);
    const overlay = api.informer(installations).get('overlay')?.spec;
    const spec = withOverlay(installation.spec as InstallationSpec, overlay);
    const data = api.informer(configMaps).get(endpointName, 'tigera-operator')?.data;
    const known = profile.conditions === 'prose' ? [] : api.informer(imageSets).items();
    const seen = { imageSets: known.map((set) => set.metadata.name), hasEndpoint: data !== undefined };
    const refusal = refusalOf(spec, seen, profile);
    if (refusal !== undefined) return refusal;
    const host = data?.['KUBERNETES_SERVICE_HOST'];
    if (profile.watchesEndpoint && host !== undefined) {
      endpoint = { host, port: data?.['KUBERNETES_SERVICE_PORT'] ?? '443' };
    }
    const isBpf = spec.calicoNetwork?.linuxDataplane === 'BPF';
    await fillFelix(isBpf);
    await render(installation, spec);
    const degraded = await switchFelix(isBpf, isNodeRolledOut() || (mayLeak && faults.leaksGate));
    if (degraded === undefined && wasAvailable) await writeComputed(spec);
    return degraded;
  }

  async function fillDefaults(installation: CustomObject): Promise<CustomObject> {
    const spec = missingDefaults(installation.spec as InstallationSpec, profile);
    const present = installation.metadata.finalizers ?? [];
    const lacksFinalizer = profile.finalizers.some((finalizer) => !present.includes(finalizer));
    if (Object.keys(spec).length === 0 && !lacksFinalizer) return installation;
    const { resourceVersion } = installation.metadata;
    const finalizers = [...new Set([...profile.finalizers, ...present])];
    const metadata = { resourceVersion, ...(lacksFinalizer ? { finalizers } : {}) };
    return api.patch(installations, { name: 'default' }, { metadata, spec });
  }

  async function fillFelix(isBpf: boolean): Promise<void> {
    if (profile.conditions === 'prose') return;
    const felix = api.informer(felixConfigurations).get('default');
    const wanted: Record<string, unknown> = { ...profile.felixDefaults };
    if (profile.switchesNftablesMode) wanted['nftablesMode'] = isBpf ? 'Enabled' : 'Disabled';
    if (felix === undefined) {
      const metadata = { name: 'default' };
      const apiVersion = 'crd.projectcalico.org/v1';
      await api.create(felixConfigurations, { apiVersion, kind: 'FelixConfiguration', metadata, spec: wanted });
      return;
    }
    const isOwned = (key: string) => key === 'nftablesMode' && profile.switchesNftablesMode;
    const spec = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) =>
        isOwned(key) ? felix.spec?.[key] !== value : felix.spec?.[key] === undefined,
      ),
    );
    if (Object.keys(spec).length > 0) await api.patch(felixConfigurations, felix.metadata, { spec });
  }

  async function render(installation: CustomObject, spec: InstallationSpec): Promise<void> {
    const operator = api.informer(deployments).get('tigera-operator', 'tigera-operator');
    const input: RenderInput = {
      spec,
      profile,
      endpoint,
      operatorDnsPolicy: operator?.spec.template.spec.dnsPolicy ?? 'ClusterFirst',
      owner: ownedBy(installation),
      nodeCount: api.informer(nodes).items().length,
    };
    await apply(deployments, renderTypha(input));
    await apply(daemonSets, renderNode(input));
    const ofControllers = profile.kubeControllersFollowEndpoint ? endpoint : initialEndpoint;
    await apply(deployments, renderKubeControllers(input, ofControllers));
  }

  async function apply(resource: typeof deployments, wanted: ReturnType<typeof renderTypha>): Promise<void>;
  async function apply(resource: typeof daemonSets, wanted: ReturnType<typeof renderNode>): Promise<void>;
  async function apply(resource: typeof deployments, wanted: ReturnType<typeof renderTypha>): Promise<void> {
    const { name, namespace } = wanted.metadata;
    const known = api.informer(resource).get(name, namespace);
    if (known === undefined) await api.create(resource, wanted);
    else if (!isIncluded(wanted.spec, known.spec)) {
      await api.replace(resource, { ...known, spec: { ...known.spec, ...wanted.spec } });
    }
  }

  function isNodeRolledOut(): boolean {
    const daemonSet = api.informer(daemonSets).get('calico-node', 'calico-system');
    return daemonSet !== undefined && isRolledOutWithBpffs(daemonSet);
  }

  async function switchFelix(isBpf: boolean, isRolledOut: boolean): Promise<Degradation | undefined> {
    const felix = api.informer(felixConfigurations).get('default');
    if (profile.bpfSwitch !== 'felixConfiguration' || felix === undefined) return undefined;
    const annotation = felix.metadata.annotations?.[bpfAnnotation];
    const { write, isForeign } = decideBpfEnabled(felix.spec?.['bpfEnabled'], annotation, isBpf, isRolledOut);
    if (isForeign) return foreignBpfEnabled;
    if (write === undefined) return undefined;
    const { resourceVersion } = felix.metadata;
    const metadata = { resourceVersion, annotations: { [bpfAnnotation]: String(write) } };
    await api.patch(felixConfigurations, felix.metadata, { metadata, spec: { bpfEnabled: write } });
    return undefined;
  }

  async function writeComputed(spec: InstallationSpec): Promise<void> {
    const computed = withoutEmptyLists(spec);
    const version = profile.conditions === 'prose' ? {} : { calicoVersion: profile.calicoVersion };
    const status = { computed, variant: 'Calico', ...version };
    const known = api.informer(installations).get('default');
    if (known === undefined || isSameStatus(known.status, status)) return;
    // A field that is gone must go from `computed` too, which a merge patch does not do by itself.
    const cleared = { ...known, status: { ...known.status, ...status } };
    await api.replaceStatus(installations, cleared);
  }

  async function writeStatus(): Promise<void> {
    wasAvailable = await reportStatus({ api, profile, degradation, generation, wasAvailable });
  }
}

function isSameStatus(known: Record<string, unknown> | undefined, status: Record<string, unknown>): boolean {
  return isIncluded(status, known) && isIncluded(known?.['computed'], status['computed']);
}

function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => !(Array.isArray(inner) && inner.length === 0));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmptyLists(inner)]));
}
