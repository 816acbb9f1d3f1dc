import { createClock, startingNow } from '../../../clock.ts';
import { createCertificateAuthority } from '../../azure/certificates.ts';
import { createApiServer } from '../api-server.ts';
import type { ContractServer } from './real-server.ts';

const token = 'contract';

export async function startSimulatedServer(): Promise<ContractServer> {
  const authority = await createCertificateAuthority();
  const pair = await authority.server(['127.0.0.1']);
  const server = await createApiServer({
    clock: createClock(startingNow()),
    version: '1.35.4',
    tls: { ...pair, clientCa: authority.cert },
    authenticateToken: (given) => (given === token ? { name: 'admin', groups: ['system:masters'] } : undefined),
  });
  return { target: { url: server.url, ca: authority.cert, token, controllers: true }, stop: () => server.close() };
}
