import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../azure/certificates.ts';
import type { Target } from './api.ts';
import { createContractApi } from './api.ts';
import { eventually } from './case.ts';

export interface ContractServer {
  target: Target;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function flags(values: Record<string, string>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** etcd and kube-apiserver (and kube-controller-manager, if it is there) of a KUBEBUILDER_ASSETS folder, on loopback. */
export async function startRealServer(assets: string): Promise<ContractServer> {
  const directory = await mkdtemp(join(tmpdir(), 'contract-'));
  const children: ChildProcess[] = [];
  const run = (program: string, values: Record<string, string>) =>
    children.push(spawn(join(assets, program), flags(values), { cwd: directory, stdio: 'ignore' }));
  const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `https://127.0.0.1:${secure}`;
  const authority = await createCertificateAuthority();
  const pair = await authority.server(['127.0.0.1']);
  const accounts = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = randomBytes(16).toString('hex');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'own',
    clusters: [{ name: 'own', cluster: { server: url, 'certificate-authority': 'ca.crt' } }],
    users: [{ name: 'own', user: { token } }],
    contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
  };
  const files: { [name: string]: string } = {
    'api.crt': pair.cert,
    'api.key': pair.key,
    'ca.crt': authority.cert,
    'accounts.pub': accounts.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'accounts.key': accounts.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'tokens.csv': `${token},admin,admin,system:masters\n`,
    kubeconfig: JSON.stringify(kubeconfig),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  const peerUrl = `http://127.0.0.1:${peer}`;
  run('etcd', {
    'data-dir': 'etcd',
    'listen-client-urls': `http://127.0.0.1:${client}`,
    'advertise-client-urls': `http://127.0.0.1:${client}`,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'unsafe-no-fsync': 'true',
  });
  run('kube-apiserver', {
    'etcd-servers': `http://127.0.0.1:${client}`,
    'secure-port': String(secure),
    'bind-address': '127.0.0.1',
    'tls-cert-file': 'api.crt',
    'tls-private-key-file': 'api.key',
    'token-auth-file': 'tokens.csv',
    'authorization-mode': 'RBAC',
    'service-account-key-file': 'accounts.pub',
    'service-account-signing-key-file': 'accounts.key',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-cluster-ip-range': '10.0.0.0/16',
    'allow-privileged': 'true',
    'disable-admission-plugins': 'ServiceAccount',
  });
  const controllers = existsSync(join(assets, 'kube-controller-manager'));
  const target: Target = { url, ca: authority.cert, token, controllers };
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  const api = createContractApi(target);
  try {
    const ready = () =>
      api.get('/readyz').then(
        (reply) => reply.code === 200,
        () => false,
      );
    for (let attempt = 0; attempt < 6 && !(await ready()); attempt += 1) {
      await eventually(ready, `kube-apiserver in ${assets} is ready`).catch((error: unknown) => {
        if (attempt === 5) throw error;
      });
    }
    const system = () => api.get('/api/v1/namespaces/default/services/kubernetes').then((reply) => reply.code === 200);
    await eventually(system, 'the system objects are there');
    if (controllers) {
      run('kube-controller-manager', {
        kubeconfig: 'kubeconfig',
        'bind-address': '127.0.0.1',
        'secure-port': '0',
        'leader-elect': 'false',
        controllers: 'garbage-collector-controller,namespace-controller',
      });
    }
    return { target, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    api.close();
  }
}
