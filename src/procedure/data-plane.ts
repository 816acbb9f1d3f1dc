import type { JsonObject, KubernetesFacts } from './facts.ts';
import { isJsonObject, valueAt } from './json.ts';
import { ownershipAnnotation } from './objects.ts';

/** `default` with `overlay` laid over it, as the operator does; never `status.computed` (calico.md 6). */
export function effectiveInstallation(facts: KubernetesFacts): JsonObject {
  return overlaid(facts.installation?.spec ?? {}, facts.overlay?.spec ?? {});
}

function overlaid(base: JsonObject, over: JsonObject): JsonObject {
  const result: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isJsonObject(value) && isJsonObject(below) ? overlaid(below, value) : value;
  }
  return result;
}

export const dataPlanePath = ['calicoNetwork', 'linuxDataplane'];
export const dnsPolicyPath = ['calicoNodeDaemonSet', 'spec', 'template', 'spec', 'dnsPolicy'];
export const autodetectionPath = ['calicoNetwork', 'nodeAddressAutodetectionV4'];

/** `linuxDataplane` as the operator takes it. */
export function linuxDataplaneOf(facts: KubernetesFacts): string {
  const value = valueAt(effectiveInstallation(facts), ...dataPlanePath);
  return typeof value === 'string' ? value : 'Iptables';
}

/** Whether `bpfEnabled` is on for all nodes. */
export function isBpfEnabled(facts: KubernetesFacts): boolean {
  return facts.felixConfiguration?.spec['bpfEnabled'] === true;
}

export type Ownership =
  /** Field and annotation agree, or neither is there. */
  | 'consistent'
  /** `true` without the operator: its annotation follows when it has switched (calico.md 14.4). */
  | 'hand-made'
  /** `false` or nothing against an annotation: the operator stops until they agree (calico.md 1.1). */
  | 'contradictory';

export function ownershipOf(facts: KubernetesFacts): Ownership {
  const field = facts.felixConfiguration?.spec['bpfEnabled'];
  const annotation = facts.felixConfiguration?.annotations[ownershipAnnotation];
  if (field === true) return annotation === 'true' ? 'consistent' : 'hand-made';
  if (annotation === undefined) return field === false ? 'contradictory' : 'consistent';
  return field === false && annotation === 'false' ? 'consistent' : 'contradictory';
}
