/** A Kubernetes version such as 1.35.4. */
export interface KubernetesVersion {
  major: string;
  minor: string;
  /** With the leading v. */
  gitVersion: string;
}

/** Takes `1.35.4` or `v1.35.4`; throws when it is neither. */
export function parseVersion(text: string): KubernetesVersion {
  const parts = /^v?(?<full>(?<major>\d+)\.(?<minor>\d+)\.\d+\S*)$/.exec(text)?.groups;
  if (parts === undefined)
    throw new Error(`The Kubernetes version ${text} is not of the form 1.35.4: give all three numbers`);
  const { full, major = '', minor = '' } = parts;
  return { major, minor, gitVersion: `v${full}` };
}

/** Whether the version is at least 1.`minor`. */
export function isAtLeast(version: KubernetesVersion, minor: number): boolean {
  return Number(version.major) > 1 || Number(version.minor) >= minor;
}
