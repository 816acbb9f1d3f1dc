import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createSimulatedAzure } from '../aks/simulated-azure.ts';
import type { SimulatedAzure, SimulatedAzureOptions } from '../aks/simulated-azure.ts';
import type { EventSubscription } from '../aks/event-grid/subscription.ts';
import { sharedClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { startTableService } from './azurite.ts';
import { startHost } from './functions-host.ts';
import type { HostKind } from './functions-host.ts';

export interface InstallationOptions {
  /** Where this run keeps everything it writes. */
  directory: string;
  /** Simulated seconds in a second. */
  speed: number;
  /** Of the Functions host; 0 takes a free one. */
  port: number;
  /** The built app. */
  appDirectory: string;
  /** `embedded` unless told. */
  host?: HostKind;
  /** More settings of the app. */
  settings?: Record<string, string>;
  /** What the simulated Azure does otherwise than usual. */
  azure?: Partial<Omit<SimulatedAzureOptions, 'clock' | 'directory'>>;
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
  /** As a machine that loses its power would. */
  killHost(): Promise<void>;
  /** The same host again: its port, its orchestrations. */
  restartHost(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all of it; what was started is stopped again when a part of it fails. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { directory, appDirectory, speed } = options;
  if (!existsSync(join(appDirectory, 'host.json'))) {
    throw new Error(`There is no built app in ${appDirectory}: run 'npm run build' first.`);
  }
  mkdirSync(directory, { recursive: true });
  const clockFile = join(directory, 'clock.json');
  const clock = sharedClock(clockFile, speed);
  const azureLog = join(directory, 'simulated-azure.log');
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const log = (message: string) => appendFileSync(azureLog, `${clock.now().toISOString()} ${message}\n`);
    const azure = await createSimulatedAzure({ creationSeconds: 60, log, ...options.azure, clock, directory });
    undo.push(() => azure.close());
    setDefaultCACertificates([...getCACertificates('default'), azure.ca]);
    const tables = await startTableService({ directory, tls: await azure.certificate(['localhost', '127.0.0.1']) });
    undo.push(() => tables.stop());
    const environment = { ...azure.environment(), TABLE_ENDPOINT: tables.endpoint, ...options.settings };
    const hostOptions = { kind: options.host ?? 'embedded', appDirectory, directory, clockFile, environment };
    let host = await startHost({ ...hostOptions, port: options.port });
    undo.push(() => host.stop());
    const appUrl = host.url;
    const subscription = await azure.subscribe(`${appUrl}/runtime/webhooks/EventGrid?functionName=clusterWritten`);
    const broken = Promise.race([host.child.ended, tables.child.ended]);
    const killHost = async () => {
      host.child.process.kill('SIGKILL');
      await host.child.ended;
    };
    const restartHost = async () => {
      host = await startHost({ ...hostOptions, port: Number(new URL(appUrl).port) });
    };
    return {
      appUrl,
      tableEndpoint: tables.endpoint,
      azure,
      subscription,
      clock,
      broken,
      killHost,
      restartHost,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
