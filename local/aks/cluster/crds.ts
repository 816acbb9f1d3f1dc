import type { CustomObject } from '../actors/objects.ts';
import { felixSchema } from './felix-schema.ts';
import { installationSchema } from './installation-schema.ts';
import type { ClusterProfile } from './profiles.ts';
import { conditions, flag, list, object, open, type Schema, text } from './schema.ts';

interface Definition {
  group: string;
  kind: string;
  plural: string;
  spec: Schema;
  /** Set for kinds with the status subresource. */
  status?: Schema;
  columns?: Record<string, string>[];
}

/** Calico's kinds, reduced to what is pruned and validated here. */
export function calicoCrds(profile: ClusterProfile): CustomObject[] {
  const operator = 'operator.tigera.io';
  const crd = 'crd.projectcalico.org';
  const { version, calicoVersion, conditions: style } = profile.operator;
  const imageSet: Definition = {
    group: operator,
    kind: 'ImageSet',
    plural: 'imagesets',
    spec: object({ images: list(object({ image: text, digest: text })) }),
  };
  const definitions: Definition[] = [
    { group: operator, kind: 'Installation', plural: 'installations', ...installationSchema(version) },
    {
      group: operator,
      kind: 'TigeraStatus',
      plural: 'tigerastatuses',
      spec: open,
      status: object({ conditions }),
      columns: [...['Available', 'Progressing', 'Degraded'].map(statusColumn), sinceColumn],
    },
    ...(style === 'prose' ? [] : [imageSet]),
    {
      group: crd,
      kind: 'FelixConfiguration',
      plural: 'felixconfigurations',
      spec: felixSchema(calicoVersion, profile.keepsUnknownFelixFields),
    },
    {
      group: crd,
      kind: 'ClusterInformation',
      plural: 'clusterinformations',
      spec: object({ calicoVersion: text, clusterGUID: text, clusterType: text, datastoreReady: flag, variant: text }),
    },
  ];
  return definitions.map(definitionObject);
}

function definitionObject({ group, kind, plural, spec, status, columns }: Definition): CustomObject {
  const properties = { apiVersion: text, kind: text, metadata: { type: 'object' }, spec };
  const schema = { type: 'object', properties: status === undefined ? properties : { ...properties, status } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: 'Cluster',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          ...(status === undefined ? {} : { subresources: { status: {} } }),
          ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
        },
      ],
    },
  };
}

function statusColumn(type: string): Record<string, string> {
  return { name: type, type: 'string', jsonPath: `.status.conditions[?(@.type=='${type}')].status` };
}

const sinceColumn = {
  name: 'Since',
  type: 'date',
  jsonPath: ".status.conditions[?(@.type=='Available')].lastTransitionTime",
};
