import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { KeyPair } from '../aks/azure/certificates.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { freePort } from './free-port.ts';

export interface TableService {
  /** For `TABLE_ENDPOINT`: takes an identity's token for https://storage.azure.com, over TLS. */
  endpoint: string;
  child: Child;
  stop(): Promise<void>;
}

/** Azurite's own and only account. */
const account = 'devstoreaccount1';

/** Azurite's table service over TLS, for callers with a token; what it stores is kept under `directory`. */
export async function startTableService(options: { directory: string; tls: KeyPair }): Promise<TableService> {
  const directory = join(options.directory, 'tables');
  mkdirSync(directory, { recursive: true });
  const [cert, key] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  writeFileSync(cert, options.tls.cert);
  writeFileSync(key, options.tls.key, { mode: 0o600 });
  const port = await freePort();
  const child = await startChild({
    name: 'Azurite',
    module: createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
    args: `--tableHost 127.0.0.1 --tablePort ${port} --oauth basic --silent --skipApiVersionCheck --disableTelemetry`
      .split(' ')
      .concat('--location', directory, '--cert', cert, '--key', key),
    logFile: join(options.directory, 'azurite.log'),
    isReady: (line) => line.includes('successfully started'),
  });
  return {
    endpoint: `https://localhost:${port}/${account}`,
    child,
    // Asked by message, it writes what it has not written yet; a signal would lose it.
    stop: () => child.stop((process) => void process.send('shutdown')),
  };
}
