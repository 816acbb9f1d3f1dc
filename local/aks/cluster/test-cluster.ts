import { ApiClient } from '../actors/api-client.ts';
import { createClock, startingNow, type Clock } from '../../clock.ts';
import { createCertificateAuthority } from '../azure/certificates.ts';
import { type ApiServer, createApiServer } from '../kubernetes/api-server.ts';
import { clusterProfile, type ClusterProfile } from './profiles.ts';
import { type ClusterOptions, type RunningCluster, startCluster } from './start.ts';

export interface TestCluster {
  clock: Clock;
  apiServer: ApiServer;
  cluster: RunningCluster;
  /** A client of its own, with every right. */
  api: ApiClient;
  /** With what the API server is reached, PEM. */
  connection: { ca: string; certificate: string; key: string };
  /** What the actors could not do. */
  errors: Error[];
  /** Resolves when it holds; rejects with the description after 20 s of wall time: a busy machine is no failure. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

export type TestClusterOptions = Partial<
  Omit<ClusterOptions, 'server' | 'ca' | 'credentials' | 'clock' | 'profile'>
> & {
  profile?: 'e1' | 'e4' | ClusterProfile;
  /** Cluster seconds in a second; 100 unless told. */
  speed?: number;
};

/** Milliseconds of wall time. */
const patience = 20_000;

/** A cluster on a simulated API server in this process, healthy, with pods that start in a second. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { profile: wanted = 'e4', speed = 100, ...rest } = options;
  const profile = typeof wanted === 'string' ? clusterProfile(wanted) : wanted;
  const clock = createClock(startingNow(speed));
  const authority = await createCertificateAuthority();
  const [tls, kubeletTls, actors] = await Promise.all([
    authority.server(['127.0.0.1']),
    authority.server(['127.0.0.1']),
    authority.client('actors', ['system:masters']),
  ]);
  const apiServer = await createApiServer({
    clock,
    version: profile.kubernetesVersion,
    tls: { ...tls, clientCa: authority.cert },
    kubeletCa: authority.cert,
  });
  const credentials = { certificate: actors.cert, key: actors.key };
  const connection = { server: apiServer.url, ca: authority.cert, credentials, clock };
  const errors: Error[] = [];
  const cluster = await startCluster({
    ...connection,
    profile,
    kubeletTls,
    podStartSeconds: 1,
    onError: (error) => errors.push(error),
    ...rest,
  });
  const api = new ApiClient(connection);
  await cluster.healthy;
  const { cert: certificate, key } = actors;
  return { clock, apiServer, cluster, api, connection: { ca: authority.cert, certificate, key }, errors, until, stop };

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`Within ${patience / 1000} s it was not so: ${what}`);
      await clock.sleep(500);
    }
  }

  async function stop(): Promise<void> {
    await api.close();
    await cluster.stop();
    await apiServer.close();
  }
}
