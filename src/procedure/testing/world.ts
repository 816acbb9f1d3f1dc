import { dnsPolicyPath, linuxDataplaneOf, ownershipOf } from '../data-plane.ts';
import type { Json, JsonObject, KubernetesFacts } from '../facts.ts';
import { isJsonObject, leavesOf, objectAt, remainderOf, valueAt } from '../json.ts';
import {
  endpointConfigMap,
  felixConfiguration,
  hostVariable,
  installation,
  isSameObject,
  kubeProxy,
  presentOf,
} from '../objects.ts';
import { ownershipAnnotation } from '../objects.ts';
import type { BeforeImage, Change, ObjectReference } from '../plan.ts';
import { modifiedBySomeoneElse, settledStatus } from './facts.ts';

/** A cluster that answers writes at once, as the recordings of the real operators end (calico.md 14). */
export interface World {
  facts: KubernetesFacts;
  /** The address in the operator's own environment. */
  operatorHost: string;
  /** First image of each leaf. */
  images: BeforeImage[];
  writes: number;
}

export function worldOf(facts: KubernetesFacts): World {
  return { facts, operatorHost: facts.calicoNode?.environment[hostVariable] ?? '', images: [], writes: 0 };
}

/** Carries one change out and lets the operator and the DaemonSets come to rest. */
export function carryOut(world: World, change: Change, step: string): World {
  return react(write(world, change, step), change.kind === 'delete-pods');
}

function write(world: World, change: Change, step: string): World {
  if (change.kind === 'delete-pods') return world;
  const { object } = change;
  const present = presentOf(object, world.facts);
  if (change.kind === 'restore') return stored(world, object, restored(present, change.images), change.images);
  const patch = change.kind === 'merge' ? change.patch : { data: objectAt(change.body, 'data') };
  const left = remainderOf(patch, present);
  if (!left) return world;
  const absent = change.kind === 'apply' && world.facts.endpointConfigMap === null;
  const images: BeforeImage[] = absent
    ? [{ object, path: [], before: { present: false, absentFrom: 0 }, after: change.body, step }]
    : leavesOf(left).map(({ path, value }) => ({ object, path, before: imageAt(present, path), after: value, step }));
  const known = new Set(world.images.map(keyOf));
  const kept = [...world.images, ...images.filter((image) => !known.has(keyOf(image)))];
  return { ...stored(world, object, merged(present, left)), images: kept, writes: world.writes + 1 };
}

function keyOf({ object, path }: BeforeImage): string {
  return [object.resource, object.name, ...path].join('/');
}

function imageAt(present: JsonObject, path: string[]): BeforeImage['before'] {
  const value = valueAt(present, ...path);
  if (value !== undefined) return { present: true, value };
  return {
    present: false,
    absentFrom: path.findIndex((_, index) => valueAt(present, ...path.slice(0, index + 1)) === undefined),
  };
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    const below = result[key];
    if (value === null) delete result[key];
    else result[key] = isJsonObject(value) ? merged(isJsonObject(below) ? below : {}, value) : value;
  }
  return result;
}

function restored(object: JsonObject, images: readonly BeforeImage[]): JsonObject {
  let result = object;
  for (const { path, before } of images) {
    const [top] = path;
    if (top === undefined) result = {};
    else if (before.present) result = merged(result, nested(path, before.value));
    else result = merged(result, nested(path.slice(0, before.absentFrom + 1), null));
  }
  return result;
}

function nested(path: readonly string[], value: Json): JsonObject {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

function stored(world: World, object: ObjectReference, value: JsonObject, images: readonly BeforeImage[] = []): World {
  const facts = { ...world.facts };
  const { installation: present, felixConfiguration: felix, kubeProxy: proxy } = facts;
  if (isSameObject(object, installation) && present) {
    facts.installation = { ...present, generation: present.generation + 1, spec: objectAt(value, 'spec') };
  } else if (isSameObject(object, felixConfiguration) && felix) {
    const annotations = objectAt(value, 'metadata', 'annotations') as Record<string, string>;
    facts.felixConfiguration = { ...felix, annotations, spec: objectAt(value, 'spec') };
  } else if (isSameObject(object, endpointConfigMap)) {
    const gone = images.some(({ path }) => path.length === 0);
    facts.endpointConfigMap = gone ? null : (objectAt(value, 'data') as Record<string, string>);
  } else if (isSameObject(object, kubeProxy) && proxy) {
    const nodeSelector = objectAt(value, 'spec', 'template', 'spec', 'nodeSelector') as Record<string, string>;
    facts.kubeProxy = { ...proxy, nodeSelector };
  }
  return { ...world, facts };
}

function react(world: World, operatorRestarts: boolean): World {
  const modern = world.facts.schema?.linuxDataplane === true;
  const configured = world.facts.endpointConfigMap?.[hostVariable];
  // From 1.17 on the operator sees the ConfigMap come, and no operator sees it go (calico.md 2, 7).
  let { operatorHost } = world;
  if (operatorRestarts) operatorHost = configured ?? '10.0.0.1';
  else if (modern && configured !== undefined) operatorHost = configured;
  const facts = withKubeProxy(withTemplate(world.facts, operatorHost));
  return { ...world, operatorHost, facts: modern ? withOperator(facts) : facts };
}

function withTemplate(facts: KubernetesFacts, operatorHost: string): KubernetesFacts {
  const { calicoNode, operator } = facts;
  if (!calicoNode || !operator) return facts;
  const override = valueAt(facts.installation?.spec, ...dnsPolicyPath);
  const dnsPolicy = typeof override === 'string' ? override : operator.dnsPolicy;
  const environment = { ...calicoNode.environment, [hostVariable]: operatorHost };
  return { ...facts, calicoNode: { ...calicoNode, dnsPolicy, environment } };
}

function withKubeProxy(facts: KubernetesFacts): KubernetesFacts {
  const { kubeProxy } = facts;
  if (!kubeProxy) return facts;
  const count = kubeProxy.nodeSelector['non-calico'] === 'true' ? 0 : (facts.nodes?.length ?? 0);
  return { ...facts, kubeProxy: { ...kubeProxy, desired: count, updated: count, available: count } };
}

/** Operators from 1.34 on (calico.md 1.1, 14.2, 14.4). */
function withOperator(facts: KubernetesFacts): KubernetesFacts {
  const { felixConfiguration: felix, installation } = facts;
  if (!felix || !installation) return facts;
  const wanted = linuxDataplaneOf(facts) === 'BPF';
  const ownership = ownershipOf(facts);
  const spec = { ...felix.spec, nftablesMode: wanted ? 'Enabled' : 'Disabled' };
  const moved = { ...facts, felixConfiguration: { ...felix, spec } };
  if (felix.spec['bpfEnabled'] === wanted) return { ...moved, tigeraStatus: settledStatus(installation.generation) };
  if (ownership !== 'consistent') return { ...moved, tigeraStatus: modifiedBySomeoneElse(installation.generation) };
  const annotations = { ...felix.annotations, [ownershipAnnotation]: String(wanted) };
  return {
    ...moved,
    felixConfiguration: { ...felix, annotations, spec: { ...spec, bpfEnabled: wanted } },
    tigeraStatus: settledStatus(installation.generation),
  };
}
