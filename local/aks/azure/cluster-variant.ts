import type { NodeBehaviour } from '../actors/behaviours.ts';
import { clusterProfile } from '../cluster/profiles.ts';
import type { ClusterProfile } from '../cluster/profiles.ts';
import type { ClusterOptions } from '../cluster/start.ts';

/** What is particular about one simulated cluster, and nothing that AKS has a field for. */
export interface ClusterVariant {
  /** Of its nodes, from 0. */
  behaviours?: Readonly<Record<number, readonly NodeBehaviour[]>>;
  addonManager?: NonNullable<ClusterOptions['addonManager']>;
  /** Fields that differ from those of the release. */
  profile?: Partial<ClusterProfile>;
  /** Whether the operator may switch before the rollout, as 1.40 sometimes does (calico.md 14.1). */
  leaksGate?: boolean;
  /** Times of pods and kubelets, in simulated seconds. */
  timing?: Pick<ClusterOptions, 'podStartSeconds' | 'podStopSeconds' | 'configMapRefreshSeconds'>;
}

const prefix = 'simulator:';

/** What a tag's value means; undefined when it means nothing. */
const readers: Readonly<Record<string, (value: string) => ClusterVariant | undefined>> = {
  kubeProxy: (value) => (value === 'leave' || value === 'restore' ? { addonManager: { kubeProxy: value } } : undefined),
  kernel: (value) => ({ profile: { kernelVersion: value } }),
  leaksGate: (value) => (value === 'true' || value === 'false' ? { leaksGate: value === 'true' } : undefined),
  panics: (value) => onNodes(value, 'panics'),
  dirty: (value) => onNodes(value, 'dirty'),
  unsupportedKernel: (value) => onNodes(value, 'unsupportedKernel'),
  slowStart: (value) => onNodes(value, 'slowStart'),
  notReady: (value) => onNodes(value, 'notReady'),
};

/** The variant that a cluster's tags ask for, such as `simulator:panics` = `0,2`. Throws on a tag that says nothing. */
export function variantOf(tags: Readonly<Record<string, string>>): ClusterVariant {
  let variant: ClusterVariant = {};
  for (const [tag, value] of Object.entries(tags)) {
    if (!tag.startsWith(prefix)) continue;
    const more = readers[tag.slice(prefix.length)]?.(value);
    if (!more) {
      const known = Object.keys(readers).map((name) => prefix + name);
      throw new Error(`The tag ${tag} = '${value}' means nothing here. There are: ${known.join(', ')}.`);
    }
    variant = merged(variant, more);
  }
  return variant;
}

/** Both; where they differ, the second one. */
export function merged(first: ClusterVariant, second: ClusterVariant): ClusterVariant {
  const behaviours = { ...first.behaviours };
  for (const [node, list] of Object.entries(second.behaviours ?? {})) {
    behaviours[Number(node)] = [...(behaviours[Number(node)] ?? []), ...list];
  }
  return { ...first, ...second, behaviours, profile: { ...first.profile, ...second.profile } };
}

export function profileOf(name: 'e4' | 'e1', { profile }: ClusterVariant): ClusterProfile {
  return { ...clusterProfile(name), ...profile };
}

function onNodes(value: string, behaviour: NodeBehaviour): ClusterVariant | undefined {
  if (!/^\d+(,\d+)*$/.test(value)) return undefined;
  return { behaviours: Object.fromEntries(value.split(',').map((node) => [Number(node), [behaviour]])) };
}
