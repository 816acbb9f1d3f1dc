import * as z from 'zod';
import type { Json, JsonObject, SchemaFacts } from '../../procedure/facts.ts';
import { isJsonObject, valueAt } from '../json.ts';
import { jsonObject } from './objects.ts';

const definition = z.object({
  spec: z.object({
    preserveUnknownFields: z.boolean().default(false),
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: jsonObject.optional() }).optional() }),
    ),
  }),
});

interface CrdSchema {
  root: JsonObject;
  preserveUnknownFields: boolean;
}

/** The schema of version v1 of a CustomResourceDefinition. */
function parseDefinition(crd: unknown): CrdSchema {
  const { versions, preserveUnknownFields } = definition.parse(crd).spec;
  const root = versions.find(({ name }) => name === 'v1')?.schema?.openAPIV3Schema;
  return { root: root ?? {}, preserveUnknownFields: preserveUnknownFields || root === undefined };
}

/** The schema of a property, by the names that lead to it. */
function property(schema: JsonObject, names: readonly string[]): Json | undefined {
  return valueAt(
    schema,
    names.flatMap((name) => ['properties', name]),
  );
}

const keepsUnknown = 'x-kubernetes-preserve-unknown-fields';

/** What the two CRDs know; null without that of Installation (calico.md 11, row 14). */
export function parseSchema(installations: unknown, felixConfigurations: unknown): SchemaFacts | null {
  if (installations === undefined) return null;
  const installation = parseDefinition(installations).root;
  const felix = felixConfigurations === undefined ? undefined : parseDefinition(felixConfigurations);
  const felixSpec = felix && property(felix.root, ['spec']);
  const felixProperties = isJsonObject(felixSpec) ? felixSpec['properties'] : undefined;
  const dnsPolicy = ['spec', 'calicoNodeDaemonSet', 'spec', 'template', 'spec', 'dnsPolicy'];
  return {
    linuxDataplane: property(installation, ['spec', 'calicoNetwork', 'linuxDataplane']) !== undefined,
    dnsPolicyOverride: property(installation, dnsPolicy) !== undefined,
    felixFields: isJsonObject(felixProperties)
      ? Object.keys(felixProperties).filter((name) => name.startsWith('bpf'))
      : [],
    felixKeepsUnknownFields:
      felix !== undefined &&
      (felix.preserveUnknownFields ||
        felix.root[keepsUnknown] === true ||
        (isJsonObject(felixSpec) && felixSpec[keepsUnknown] === true)),
  };
}
