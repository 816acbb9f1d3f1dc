import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { createSimulatedAzure } from '../aks/simulated-azure.ts';
import type { SimulatedAzure } from '../aks/simulated-azure.ts';
import type { EventSubscription } from '../aks/event-grid/subscription.ts';
import { sharedClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { startTableService } from './azurite.ts';
import { startChild } from './child.ts';

export interface InstallationOptions {
  /** Where this run keeps everything it writes. */
  directory: string;
  /** Simulated seconds in a second. */
  speed: number;
  /** Of the Functions host; 0 takes a free one. */
  port: number;
  /** The built app. */
  appDirectory: string;
}

/** The app on a Functions host, and an Azure around it. */
export interface Installation {
  appUrl: string;
  tableEndpoint: string;
  azure: SimulatedAzure;
  subscription: EventSubscription;
  clock: Clock;
  /** Resolves when the host or the table service ends by itself, with what a person should know. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

const hostProgram = fileURLToPath(new URL('../functions-host/main.ts', import.meta.url));
const hostAnnouncement = /^Functions host at (?<url>\S+)/;

/** Starts all of it; what was started is stopped again when a part of it fails. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { directory, appDirectory, speed } = options;
  if (!existsSync(join(appDirectory, 'host.json'))) {
    throw new Error(`There is no built app in ${appDirectory}: run 'npm run build' first.`);
  }
  mkdirSync(directory, { recursive: true });
  const clockFile = join(directory, 'clock.json');
  const clock = sharedClock(clockFile, speed);
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const azure = await createSimulatedAzure({ clock, directory, creationSeconds: 60 });
    undo.push(() => azure.close());
    setDefaultCACertificates([...getCACertificates('default'), azure.ca]);
    const tables = await startTableService({ directory, tls: await azure.certificate(['localhost', '127.0.0.1']) });
    undo.push(() => tables.stop());
    const host = await startChild({
      name: 'The Functions host',
      module: hostProgram,
      args: ['--app', appDirectory, '--port', String(options.port), '--log', 'json'].concat(
        ['--hub', join(directory, 'hub.jsonl')],
        ['--clock', clockFile],
      ),
      environment: { ...azure.environment(), TABLE_ENDPOINT: tables.endpoint },
      logFile: join(directory, 'functions-host.log'),
      isReady: (line) => hostAnnouncement.test(line),
    });
    undo.push(() => host.stop());
    const appUrl = hostAnnouncement.exec(host.readyLine)?.groups?.['url'] ?? '';
    const subscription = await azure.subscribe(`${appUrl}/runtime/webhooks/EventGrid?functionName=clusterWritten`);
    const broken = Promise.race([host.ended, tables.child.ended]);
    return { appUrl, tableEndpoint: tables.endpoint, azure, subscription, clock, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
