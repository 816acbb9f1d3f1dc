import type { Json, KubernetesObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt } from '../objects.ts';
import type { PrinterColumn, Resource } from './resource.ts';

/** The resources that a CustomResourceDefinition (apiextensions.k8s.io/v1) serves: one for each served version. */
export function customResources(definition: KubernetesObject): Resource[] {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const versions = listAt(spec, 'versions').filter(isObject);
  const storageVersion = textAt(
    versions.find((version) => version['storage'] === true),
    'name',
  );
  return versions
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group: textAt(spec, 'group'),
      version: textAt(version, 'name'),
      plural: textAt(names, 'plural'),
      singular: textAt(names, 'singular') || textAt(names, 'kind').toLowerCase(),
      kind: textAt(names, 'kind'),
      listKind: textAt(names, 'listKind') || `${textAt(names, 'kind')}List`,
      shortNames: texts(names['shortNames']),
      categories: texts(names['categories']),
      namespaced: spec['scope'] !== 'Cluster',
      subresources: Object.keys(objectAt(version, 'subresources')).filter((name) => name === 'status'),
      generation: true,
      selectableFields: [],
      unconditionalUpdate: false,
      createdByUpdate: false,
      custom: {
        schema: objectAt(objectAt(version, 'schema'), 'openAPIV3Schema'),
        preserveUnknownFields: spec['preserveUnknownFields'] === true,
        storageVersion,
        printerColumns: listAt(version, 'additionalPrinterColumns') as unknown as PrinterColumn[],
        selectableFields: listAt(version, 'selectableFields').map((field) => textAt(field, 'jsonPath').slice(1)),
      },
    }));
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
