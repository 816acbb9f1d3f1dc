import type { Answer, Call } from '../call.ts';
import type { Json, JsonObject, KubernetesObject } from '../objects.ts';
import type { Stored } from '../store/store.ts';
import { columnsOf } from './columns.ts';

/** Other forms of an object that a client may ask for by its Accept header. */
export interface Presentation {
  as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** v1 or v1beta1, of meta.k8s.io. */
  version: string;
  includeObject: string;
}

const forms =
  /application\/json\s*;\s*(?<parameters>[^,]*as=(?<form>Table|PartialObjectMetadataList|PartialObjectMetadata)[^,]*)/;

/** The first other form that the request accepts, if it prefers one to plain JSON. */
function presentationOf(call: Call): Presentation | undefined {
  const match = forms.exec(call.headers.accept ?? '')?.groups;
  if (match === undefined) return undefined;
  const version = /v=(?<version>v1\w*)/.exec(match['parameters'] ?? '')?.groups?.['version'] ?? 'v1';
  const includeObject = call.info.query.get('includeObject') ?? 'Metadata';
  return { as: match['form'] as Presentation['as'], version, includeObject };
}

function partial(object: KubernetesObject, version: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

function included(object: KubernetesObject, form: Presentation): JsonObject | null {
  if (form.includeObject === 'None') return null;
  return form.includeObject === 'Object' ? object : partial(object, form.version);
}

/** A Table (meta/v1) of the objects; `withColumns` false in a watch's later events. */
export function table(
  call: Call,
  form: Presentation,
  items: readonly Stored[],
  metadata: JsonObject,
  withColumns = true,
): JsonObject {
  const columns = columnsOf(call.resource);
  const now = call.now;
  const columnDefinitions = columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  const rows = items.map(({ object }) => ({
    cells: columns.map((column) => column.cell(object, now)),
    object: included(object, form),
  }));
  const head = { kind: 'Table', apiVersion: `meta.k8s.io/${form.version}`, metadata };
  return { ...head, columnDefinitions: withColumns ? columnDefinitions : [], rows };
}

function answer(value: Json): Answer {
  return { code: 200, body: JSON.stringify(value) };
}

/** The object in the form asked for, or undefined for plain JSON. */
export function presentObject(call: Call, stored: Stored): Answer | undefined {
  const form = presentationOf(call);
  if (form === undefined || form.as === 'PartialObjectMetadataList') return undefined;
  if (form.as === 'PartialObjectMetadata') return answer(partial(stored.object, form.version));
  return answer(table(call, form, [stored], { resourceVersion: stored.object.metadata.resourceVersion }));
}

export function presentList(call: Call, items: readonly Stored[], metadata: JsonObject): Answer | undefined {
  const form = presentationOf(call);
  if (form === undefined || form.as === 'PartialObjectMetadata') return undefined;
  if (form.as === 'Table') return answer(table(call, form, items, metadata));
  const partials = items.map((item) => partial(item.object, form.version));
  return answer({
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    items: partials,
  });
}

/** The object of a watch's event in the form asked for. */
export function presentEvent(call: Call, stored: Stored, first: boolean): JsonObject | undefined {
  const form = presentationOf(call);
  if (form === undefined || form.as === 'PartialObjectMetadataList') return undefined;
  if (form.as === 'PartialObjectMetadata') return partial(stored.object, form.version);
  const metadata = { resourceVersion: stored.object.metadata.resourceVersion };
  return table(call, form, [stored], metadata, first);
}
