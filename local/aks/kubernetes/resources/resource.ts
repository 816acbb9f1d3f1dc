import type { Schema } from '../schema/schema.ts';
import type { Named } from '../status.ts';

export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  jsonPath: string;
}

/** What a CRD says beyond names and scope, for one of its versions. */
export interface CustomDetails {
  schema: Schema;
  /** Nothing is pruned: what a CRD of apiextensions.k8s.io/v1beta1 did unless told otherwise. */
  preserveUnknownFields: boolean;
  storageVersion: string;
  printerColumns: readonly PrinterColumn[];
  /** JSON paths, without the leading dot. */
  selectableFields: readonly string[];
}

/** One served resource in one version. */
export interface Resource extends Named {
  version: string;
  singular: string;
  kind: string;
  listKind: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  subresources: readonly string[];
  /** Whether `metadata.generation` follows the spec. */
  generation: boolean;
  /** Fields besides name and namespace that a field selector may use. */
  selectableFields: readonly string[];
  /** A PUT need not say which version it replaces. */
  unconditionalUpdate: boolean;
  /** A PUT on a name that does not exist creates it. */
  createdByUpdate: boolean;
  custom?: CustomDetails;
}

export function groupVersion(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The store's name for all versions of a resource. */
export function bucketOf(resource: Named): string {
  return `${resource.group}/${resource.plural}`;
}

export function hasStatus(resource: Resource): boolean {
  return resource.subresources.includes('status');
}
