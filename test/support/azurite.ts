import type { TokenCredential } from '@azure/identity';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { createCertificateAuthority } from '../../local/aks/azure/certificates.ts';
import { createTokenIssuer } from '../../local/aks/azure/tokens.ts';

export interface Azurite {
  /** Of its tables. */
  endpoint: string;
  /** What its tables let in; no key is used anywhere. */
  credential: TokenCredential;
  stop(): Promise<void>;
}

/** What is used of Azurite's classes, which come without types. */
interface TableServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
type TableServerClass = new (configuration: object) => TableServer;
type TableConfigurationClass = new (...settings: unknown[]) => object;

const require = createRequire(import.meta.url);
const identity = {
  tenantId: '6a1b54f2-7d09-4e0e-9c43-1f6f5a3f9a10',
  objectId: '0f4a2f53-6f0b-4b1c-8e7e-2d3c55c9b5aa',
  clientId: '9a0f6f0e-2c1d-4a45-9f43-7b1f2d7a1c11',
  groups: [],
};

/** Azurite's table service in this process, on a port of its own, in memory, with TLS and tokens as in Azure. */
export async function startAzurite(): Promise<Azurite> {
  const { default: Server } = require('azurite/dist/src/table/TableServer.js') as { default: TableServerClass };
  const { default: Configuration } = require('azurite/dist/src/table/TableConfiguration.js') as {
    default: TableConfigurationClass;
  };
  const directory = await mkdtemp(join(tmpdir(), 'azurite-'));
  const authority = await createCertificateAuthority();
  const { cert, key } = await authority.server(['127.0.0.1']);
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })]);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authority.cert]);

  const settings = {
    host: '127.0.0.1',
    port: 0,
    keepAliveSeconds: 5,
    database: join(directory, 'tables.json'),
    debugLog: false,
    accessLog: false,
    accessLogStream: undefined,
    debugLogFile: undefined,
    loose: false,
    skipApiVersionCheck: true,
    certFile,
    keyFile,
    password: '',
    oauth: 'basic',
    disableProductStyleUrl: false,
    inMemory: true,
  };
  const server = new Server(new Configuration(...Object.values(settings)));
  await server.start();

  const issuer = await createTokenIssuer();
  return {
    endpoint: `${server.getHttpServerAddress()}/devstoreaccount1`,
    credential: {
      async getToken() {
        const { token, expires } = await issuer.issue(identity, 'https://storage.azure.com');
        return { token, expiresOnTimestamp: expires * 1000 };
      },
    },
    async stop() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}
