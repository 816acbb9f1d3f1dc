import type { KubernetesFacts } from './facts.ts';

/** Major, minor, patch. */
export type Version = readonly [number, number, number];

/** The first version in `text`, such as `v3.31.2`, `1.40.2-1` or `6.8.0-1059-azure`; a missing patch is 0. */
export function parseVersion(text: string | null | undefined): Version | undefined {
  const found = /(?:^|[^\d.])v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

/** The version in an image's tag; a digest has none. */
export function imageVersion(image: string | undefined): Version | undefined {
  const name = image?.split('@', 1)[0] ?? '';
  return parseVersion(/:([^/:]+)$/.exec(name)?.[1]);
}

export function compareVersions(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** From `first` to `last`, both included. */
export function isBetween(version: Version, first: Version, last: Version): boolean {
  return compareVersions(version, first) >= 0 && compareVersions(version, last) <= 0;
}

/** ClusterInformation first, then what the operator says, then the image, which AKS may name by digest (calico.md 4). */
export function calicoVersionOf(facts: KubernetesFacts): Version | undefined {
  return (
    parseVersion(facts.calicoVersion) ??
    parseVersion(facts.installation?.calicoVersion) ??
    imageVersion(facts.calicoNode?.image)
  );
}

export function operatorVersionOf(facts: KubernetesFacts): Version | undefined {
  return imageVersion(facts.operator?.image);
}

export function describeVersion(version: Version | undefined): string {
  return version ? version.join('.') : 'of an unknown version';
}
