import { isBpfEnabled, linuxDataplaneOf } from '../data-plane.ts';
import type { JsonObject, KubernetesFacts } from '../facts.ts';
import { remainderOf } from '../json.ts';
import { presentOf } from '../objects.ts';
import type { Change, Era, ObjectReference, Procedure, RunSettings, Step } from '../plan.ts';
import type { Version } from '../versions.ts';

/** All that a step is drafted from. */
export interface DraftInput {
  facts: KubernetesFacts;
  settings: RunSettings;
  era: Era;
  procedure: Procedure;
  calico: Version;
  operator: Version;
}

/** One named change with a purpose; all steps have this shape and are listed once, in `index.ts`. */
export interface StepDefinition {
  id: string;
  title: string;
  why: string;
  /** Undefined: not needed on this cluster. */
  draft(input: DraftInput): Omit<Step, 'id' | 'title' | 'why'> | undefined;
}

/** A merge patch of what differs; nothing where the object is as wanted. */
export function merge(object: ObjectReference, patch: JsonObject, facts: KubernetesFacts): Change[] {
  const left = remainderOf(patch, presentOf(object, facts));
  return left ? [{ kind: 'merge', object, patch: left }] : [];
}

/** Whether the cluster's configuration says eBPF already; what prepares the switch is then not done again. */
export function isSwitched({ facts, procedure }: DraftInput): boolean {
  return isBpfEnabled(facts) && (procedure === 'article' || linuxDataplaneOf(facts) === 'BPF');
}
