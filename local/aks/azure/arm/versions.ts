import { ArmError } from './errors.ts';

/** The api-versions of managedClusters that are answered here, newest first. */
const apiVersions: readonly string[] = [
  '2026-06-01',
  '2026-03-01',
  '2025-10-01',
  '2025-08-01',
  '2025-05-01',
  '2025-02-01',
  '2024-10-01',
  '2024-09-01',
];

/** What kind of cluster a Kubernetes version makes: the eras of calico.md 2 that are simulated. */
export interface KubernetesRelease {
  minor: string;
  version: string;
  profile: 'e4' | 'e1';
}

const kubernetesReleases: readonly KubernetesRelease[] = [
  { minor: '1.35', version: '1.35.4', profile: 'e4' },
  { minor: '1.20', version: '1.20.2', profile: 'e1' },
];

/** The release of a `kubernetesVersion`, by minor or in full; throws ARM's 400 with the versions that there are. */
export function releaseOf(kubernetesVersion: string, cluster: string): KubernetesRelease {
  const release = kubernetesReleases.find(({ minor, version }) => [minor, version].includes(kubernetesVersion));
  if (release) return release;
  const supported = kubernetesReleases.map(({ version }) => version).join(', ');
  throw new ArmError(
    400,
    'K8sVersionNotSupported',
    `Managed cluster ${cluster} is on version ${kubernetesVersion}, which is not supported in this region. The supported versions are: ${supported}.`,
  );
}

export function checkApiVersion(given: string | null): void {
  if (!given) {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (apiVersions.includes(given)) return;
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${given}' for type 'managedClusters'. The supported api-versions are '${apiVersions.join(', ')}'.`,
  );
}
