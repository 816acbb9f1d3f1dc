import type { ManagedCluster } from '@azure/arm-containerservice';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import type { SimulatedCluster } from '../../local/aks/azure/cluster-launcher.ts';
import { kubernetesServerApplication } from '../../local/aks/azure/tokens.ts';
import { chosenHost } from '../../local/console/functions-host.ts';
import { startInstallation, type Installation, type InstallationOptions } from '../../local/console/installation.ts';
import { createOperator, writeKubeconfig } from '../../local/console/operator.ts';
import type { RunDocument } from '../../src/api/schemas.ts';

export type { RunDocument };

/** The app on a host, the simulated Azure around it, and what tests ask of them. */
export interface World extends Installation {
  directory: string;
  /** Makes a cluster as anybody would, by ARM's PUT; resolves when ARM says Succeeded. */
  createCluster(name: string, body?: ManagedCluster): Promise<TestCluster>;
  /** A cluster that the app does not hear of while it is made. */
  createUnannounced(name: string, body?: ManagedCluster): Promise<TestCluster>;
  /** Changes a tag by ARM, which raises the same event as a creation. */
  changeTag(cluster: TestCluster): Promise<void>;
  fetchApp(path: string, init?: RequestInit): Promise<Response>;
  run(id: string): Promise<RunDocument>;
}

export interface TestCluster extends SimulatedCluster {
  resourceId: string;
  runs(): Promise<RunDocument[]>;
  /** The newest run, once so many runs are finished. */
  finished(count?: number): Promise<RunDocument>;
  /** Asks for a run by HTTP and waits for its end. */
  request(action: 'enable' | 'disable' | 'plan' | 'verify'): Promise<RunDocument>;
  /** Requests of the app to the cluster's API. */
  appRequests(): ReturnType<SimulatedCluster['requests']['by']>;
  /** An object as it is stored, such as of `operator.tigera.io/installations`; undefined where there is none. */
  object(resource: string, name: string, namespace?: string): StoredObject | undefined;
  /** A merge patch as a person makes it: by kubectl where there is one, else by the request that kubectl makes. */
  patchByHand(resource: string, name: string, patch: object): Promise<'kubectl' | 'https'>;
}

export interface StoredObject {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}

/** Wall milliseconds; a machine that is busy with other things is given time. */
const patience = 150_000;

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** A cluster as AKS makes them today. */
export const today: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.35',
  dnsPrefix: 'today',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 3 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
  aadProfile: { managed: true, enableAzureRbac: true },
  disableLocalAccounts: true,
};

/** A cluster of the article's time. */
export const ofTheArticle: ManagedCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.20',
  dnsPrefix: 'article',
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 2 }],
  networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' },
};

/** Waits for something to be true, by looking; the error says what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  interval = 50,
): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await setTimeout(interval);
  }
}

/** Starts a world of its own for a test; it ends with it. */
export async function startWorld(
  t: Pick<TestContext, 'after'>,
  options: Partial<InstallationOptions> = {},
): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const host = chosenHost(process.env);
  const speed = host === 'func' ? 1 : 20;
  const installation = await startInstallation({
    speed,
    port: 0,
    appDirectory: 'dist/app',
    host,
    ...options,
    directory,
  });
  t.after(async () => {
    await installation.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return { ...installation, directory, ...doors(installation, directory) };
}

function doors(installation: Installation, directory: string): Omit<World, keyof Installation | 'directory'> {
  const { appUrl, azure } = installation;
  const operator = createOperator(azure);
  const fetchApp = (path: string, init?: RequestInit) => fetch(`${appUrl}${path}`, init);

  async function read<T>(path: string): Promise<T> {
    const answer = await fetchApp(path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const run = (id: string) => read<RunDocument>(`/api/runs/${id}`);

  async function createCluster(name: string, body: ManagedCluster = today): Promise<TestCluster> {
    const poller = operator.managedClusters.createOrUpdate('demo', name, body, { updateIntervalInMs: 100 });
    const { id: resourceId = '' } = await poller.pollUntilDone();
    const simulated = azure.clusters.get(resourceId.toLowerCase());
    if (!simulated) throw new Error(`There is no simulated cluster behind ${resourceId}.`);
    const runs = async () => {
      const page = await read<{ runs: { id: string }[] }>(`/api/runs?cluster=${encodeURIComponent(resourceId)}`);
      return Promise.all(page.runs.map(({ id }) => run(id)));
    };
    const untilFinished = (id: string) =>
      until(`the end of run ${id} on ${name}`, async () => {
        const document = await run(id);
        return document.state === 'finished' ? document : undefined;
      });
    return {
      ...simulated,
      resourceId,
      runs,
      finished: (count = 1) =>
        until(`${count} finished runs on ${name}`, async () => {
          const ended = (await runs()).filter(({ state }) => state === 'finished');
          return ended.length >= count ? ended[0] : undefined;
        }),
      async request(action) {
        const answer = await fetchApp(runsOf(resourceId), { method: 'POST', body: JSON.stringify({ action }) });
        if (answer.status !== 202) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
        return untilFinished(((await answer.json()) as { id: string }).id);
      },
      appRequests: () => [
        ...simulated.requests.by(azure.identities.app.objectId),
        ...simulated.requests.by('masterclient'),
      ],
      object(resource, objectName, namespace = '') {
        const stored = simulated.apiServer.store.get(resource, namespace, objectName);
        return stored && (structuredClone(stored.object) as unknown as StoredObject);
      },
      async patchByHand(resource, objectName, patch) {
        if (hasKubectl) {
          const [group, plural] = resource.split('/');
          const kubeconfig = await writeKubeconfig(azure, resourceId, directory);
          const target = [`${plural}.${group}`, objectName];
          const change = ['--type=merge', `--patch=${JSON.stringify(patch)}`];
          await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, 'patch', ...target, ...change]);
          return 'kubectl';
        }
        const token = await azure.token(azure.identities.operator, kubernetesServerApplication);
        const dispatcher = new Agent({ connect: { ca: simulated.authority } });
        const [group, plural] = resource.split('/');
        const answer = await request(`${simulated.server}/apis/${group}/v1/${plural}/${objectName}`, {
          method: 'PATCH',
          dispatcher,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
          body: JSON.stringify(patch),
        });
        await dispatcher.close();
        if (answer.statusCode !== 200) throw new Error(`PATCH ${objectName}: ${answer.statusCode}`);
        return 'https';
      },
    };
  }
  async function createUnannounced(name: string, body?: ManagedCluster): Promise<TestCluster> {
    const { subscription } = installation;
    const { deliveries } = subscription;
    subscription.deliveries = [];
    const cluster = await createCluster(name, body);
    subscription.deliveries = deliveries;
    return cluster;
  }

  async function changeTag({ resourceId }: TestCluster): Promise<void> {
    const name = resourceId.split('/').at(-1) ?? '';
    await operator.managedClusters.updateTags(
      'demo',
      name,
      { tags: { owner: 'somebody' } },
      { updateIntervalInMs: 50 },
    );
  }

  return { createCluster, createUnannounced, changeTag, fetchApp, run };
}

/** The route of a cluster's runs. */
export function runsOf(resourceId: string): string {
  const [, , subscription, , group, , , , name] = resourceId.split('/');
  return `/api/clusters/${subscription}/${group}/${name}/runs`;
}
