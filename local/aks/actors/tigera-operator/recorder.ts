import type { ApiClient } from '../api-client.ts';
import { keyOf } from '../informer.ts';
import type { Condition, CustomObject, DaemonSet, Deployment, KubernetesObject } from '../objects.ts';
import {
  daemonSets,
  deployments,
  felixConfigurations,
  installations,
  type Resource,
  tigeraStatuses,
} from '../resources.ts';
import { bpfAnnotation } from './felix-ownership.ts';
import type { InstallationSpec } from './installation.ts';

type Fields = Record<string, unknown>;

interface Write {
  version: number;
  text: string;
}

/** Writes down each change of the fields that a recording of the real operator has, in the order of the writes. */
export interface Recorder {
  writes(): string[];
  /** Each change of what TigeraStatus calico says under Degraded. */
  degraded(): string[];
  clear(): void;
}

export async function startRecorder(api: ApiClient): Promise<Recorder> {
  let writes: Write[] = [];
  let degraded: string[] = [];
  const known = new Map<string, Fields>();
  await Promise.all([
    record(daemonSets, workloadFields),
    record(deployments, workloadFields),
    record(felixConfigurations, felixFields),
    record(installations, installationFields),
    recordDegraded(),
  ]);
  return {
    writes: () => writes.toSorted((a, b) => a.version - b.version).map((write) => write.text),
    degraded: () => degraded,
    clear: () => {
      writes = [];
      degraded = [];
    },
  };

  async function record<T extends KubernetesObject>(
    resource: Resource<T>,
    fieldsOf: (object: T) => Fields,
  ): Promise<void> {
    const informer = api.informer(resource);
    informer.onChange((object, change) => {
      const key = `${resource.plural} ${keyOf(object.metadata)}`;
      const before = known.get(key);
      const after = fieldsOf(object);
      if (change === 'deleted') return;
      known.set(key, after);
      if (before === undefined) return;
      for (const [field, value] of Object.entries(after)) {
        if (before[field] === value) continue;
        const text = `${field} ${value === undefined ? '-' : JSON.stringify(value).replaceAll('"', '')}`;
        writes.push({ version: Number(object.metadata.resourceVersion), text });
      }
    });
    await informer.synced;
  }

  async function recordDegraded(): Promise<void> {
    const informer = api.informer(tigeraStatuses);
    let last = 'False';
    informer.onChange((object) => {
      if (object.metadata.name !== 'calico') return;
      const conditions = (object.status?.['conditions'] ?? []) as Condition[];
      const found = conditions.find((condition) => condition.type === 'Degraded');
      const text = found?.status === 'True' ? ['True', found.reason, found.message].join(' ') : 'False';
      if (text !== last) degraded.push(text);
      last = text;
    });
    await informer.synced;
  }
}

function workloadFields({ metadata, spec, status }: DaemonSet | Deployment): Fields {
  const { name } = metadata;
  const { containers, dnsPolicy, initContainers, nodeSelector } = spec.template.spec;
  const env = new Map(containers[0]?.env?.map((variable) => [variable.name, variable.value]));
  const bootstrap = initContainers?.find((container) => container.name === 'ebpf-bootstrap');
  const isProxy = name === 'kube-proxy';
  return {
    [`${name} IP`]: env.get('IP'),
    [`${name} IP_AUTODETECTION_METHOD`]: env.get('IP_AUTODETECTION_METHOD'),
    [`${name} KUBERNETES_SERVICE_HOST`]: env.get('KUBERNETES_SERVICE_HOST'),
    [`${name} dnsPolicy`]: dnsPolicy,
    [`${name} best-effort`]: bootstrap?.command?.[2],
    ...(isProxy ? { [`${name} non-calico`]: nodeSelector?.['non-calico'] } : {}),
    ...(isProxy && status !== undefined && 'desiredNumberScheduled' in status
      ? { [`${name} desired`]: status.desiredNumberScheduled }
      : {}),
  };
}

function felixFields({ metadata, spec }: CustomObject): Fields {
  if (metadata.name !== 'default') return {};
  return {
    'felix annotation': metadata.annotations?.[bpfAnnotation],
    'felix bpfEnabled': spec?.['bpfEnabled'],
    'felix nftablesMode': spec?.['nftablesMode'],
  };
}

function installationFields({ metadata, spec, status }: CustomObject): Fields {
  if (metadata.name !== 'default') return {};
  const network = specOf(spec)?.calicoNetwork;
  const computed = specOf(status?.['computed'])?.calicoNetwork;
  return {
    'installation linuxDataplane': network?.linuxDataplane,
    'installation canReach': network?.nodeAddressAutodetectionV4?.canReach,
    'installation firstFound': network?.nodeAddressAutodetectionV4?.firstFound,
    'computed linuxDataplane': computed?.linuxDataplane,
  };
}

function specOf(value: unknown): InstallationSpec | undefined {
  return value as InstallationSpec | undefined;
}
