import type { DaemonSet } from '../objects.ts';

export const bpfAnnotation = 'operator.tigera.io/bpfEnabled';

export interface FelixSwitch {
  /** The value that the operator wants, undefined where it leaves the field alone. */
  write?: boolean;
  /** Field and annotation disagree: somebody else wrote the field. */
  isForeign: boolean;
}

/** What the operator (1.34 and later) does about `bpfEnabled`, by the Installation's data plane (calico.md 14.1, 14.4). */
export function decideBpfEnabled(
  field: unknown,
  annotation: string | undefined,
  isBpfWanted: boolean,
  isRolledOut: boolean,
): FelixSwitch {
  const isSettled = isBpfWanted ? field === true || !isRolledOut : field === false;
  if (isSettled) return { isForeign: false };
  const isMatching = field === undefined ? annotation === undefined : annotation === JSON.stringify(field);
  return isMatching ? { write: isBpfWanted, isForeign: false } : { isForeign: true };
}

/** The gate before eBPF goes on: every node has the template with the mount, and is available. */
export function isRolledOutWithBpffs(daemonSet: DaemonSet): boolean {
  const { status, metadata, spec } = daemonSet;
  if (status === undefined || status.observedGeneration !== metadata.generation) return false;
  const hasMount = spec.template.spec.volumes?.some((volume) => volume.name === 'bpffs') ?? false;
  const { currentNumberScheduled, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
  return hasMount && currentNumberScheduled === updatedNumberScheduled && currentNumberScheduled === numberAvailable;
}

export const foreignBpfEnabled = {
  reason: 'ResourceUpdateError',
  message:
    'Error updating resource: Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration.',
};
