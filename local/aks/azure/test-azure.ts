import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createClock, startingNow } from '../../clock.ts';
import { createClusters } from './arm/clusters.ts';
import type { ClustersOptions, ResourceChange, RunningCluster } from './arm/clusters.ts';
import { startArm } from './arm/server.ts';
import type { ArmOptions } from './arm/server.ts';
import { createCertificateAuthority } from './certificates.ts';
import { startIdentityEndpoint } from './identity-endpoint.ts';
import { createTokenIssuer } from './tokens.ts';

export const tenantId = '11111111-2222-4333-8444-555555555555';
export const subscriptionId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

export const appIdentity = { tenantId, objectId: randomUUID(), clientId: randomUUID(), groups: [] };

// The real credential keeps its tokens and the endpoint it first saw for as long as the process lives.
const issuer = await createTokenIssuer();
const identity = await startIdentityEndpoint({
  clock: createClock(startingNow()),
  issuer,
  identities: [appIdentity],
});
Object.assign(process.env, { IDENTITY_ENDPOINT: identity.endpoint, IDENTITY_HEADER: identity.header });
after(() => identity.close());

type Overrides = Partial<Omit<ArmOptions, 'clusters'>> & Partial<Pick<ClustersOptions, 'launch' | 'creationSeconds'>>;

/** ARM and the identity endpoint with clusters of no substance, trusted by this process until the test ends. */
export async function startTestAzure(t: TestContext, overrides: Overrides = {}) {
  const clock = createClock(startingNow(200));
  const authority = await createCertificateAuthority();
  const changes: ResourceChange[] = [];
  const log: string[] = [];
  const localAccount = await authority.client('masterclient', ['system:masters']);
  const launch = async (): Promise<RunningCluster> => ({
    server: 'https://demo.hcp.localhost:6443',
    authority: authority.cert,
    localAccount,
    healthy: Promise.resolve(),
    stop: async () => {},
  });
  const clusters = createClusters({
    clock,
    tenantId,
    creationSeconds: overrides.creationSeconds ?? 20,
    launch: overrides.launch ?? launch,
    announce: (change) => void changes.push({ ...change, cluster: structuredClone(change.cluster) }),
    log: (message) => void log.push(message),
  });
  const arm = await startArm({
    clock,
    tls: await authority.server(['localhost', '127.0.0.1']),
    tenantId,
    subscriptionIds: [subscriptionId],
    issuer,
    ...overrides,
    clusters,
  });
  trust(t, authority.cert);
  t.after(async () => {
    await clusters.close();
    await arm.close();
  });
  return { clock, authority, issuer, identity, clusters, arm, changes, log };
}

function trust(t: TestContext, certificate: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  t.after(() => setDefaultCACertificates(before));
}
