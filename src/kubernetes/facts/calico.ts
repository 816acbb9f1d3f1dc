import * as z from 'zod';
import type {
  FelixConfigurationFacts,
  InstallationFacts,
  KubernetesFacts,
  StatusCondition,
  TigeraStatusFacts,
} from '../../procedure/facts.ts';
import { jsonObject, listOf, optionalList, stringMap } from './objects.ts';

const installationList = listOf(
  z.object({
    metadata: z.object({ name: z.string(), generation: z.int().default(0), labels: stringMap }),
    spec: jsonObject.default({}),
    status: z.object({ calicoVersion: z.string().optional() }).nullish(),
  }),
);

export function parseInstallations(list: unknown): Pick<KubernetesFacts, 'installation' | 'overlay'> {
  const installations = installationList.parse(list);
  function named(name: string): InstallationFacts | null {
    const found = installations.find(({ metadata }) => metadata.name === name);
    if (!found) return null;
    const { generation, labels } = found.metadata;
    return { generation, labels, spec: found.spec, calicoVersion: found.status?.calicoVersion || undefined };
  }
  return { installation: named('default'), overlay: named('overlay') };
}

const felixConfigurationList = listOf(
  z.object({
    metadata: z.object({ name: z.string(), annotations: stringMap }),
    spec: jsonObject.nullish(),
  }),
);

/** kubectl's copy of the whole object is no fact. */
const copyByKubectl = 'kubectl.kubernetes.io/last-applied-configuration';

export function parseFelixConfigurations(
  list: unknown,
): Pick<KubernetesFacts, 'felixConfiguration' | 'felixNodeConfigurations'> {
  const configurations = felixConfigurationList.parse(list).map(({ metadata, spec }): FelixConfigurationFacts => {
    const { [copyByKubectl]: _copy, ...annotations } = metadata.annotations;
    return { name: metadata.name, annotations, spec: spec ?? {} };
  });
  return {
    felixConfiguration: configurations.find(({ name }) => name === 'default') ?? null,
    felixNodeConfigurations: configurations.filter(({ name }) => name.startsWith('node.')),
  };
}

const tigeraStatus = z.object({
  status: z
    .object({
      conditions: optionalList(
        z.object({
          type: z.string(),
          status: z.enum(['True', 'False', 'Unknown']),
          reason: z.string().default(''),
          message: z.string().default(''),
          observedGeneration: z.int().optional(),
        }),
      ),
    })
    .nullish(),
});

export function parseTigeraStatus(object: unknown): TigeraStatusFacts {
  const conditions = tigeraStatus.parse(object).status?.conditions ?? [];
  function condition(name: string): StatusCondition | undefined {
    const found = conditions.find(({ type }) => type === name);
    if (!found) return undefined;
    const { status, reason, message, observedGeneration } = found;
    return { status, reason, message, observedGeneration };
  }
  return {
    available: condition('Available'),
    progressing: condition('Progressing'),
    degraded: condition('Degraded'),
  };
}

const clusterInformation = z.object({ spec: z.object({ calicoVersion: z.string().optional() }).nullish() });

export function parseCalicoVersion(object: unknown): string | null {
  return clusterInformation.parse(object).spec?.calicoVersion || null;
}
