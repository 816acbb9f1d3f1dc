import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, startCommand } from './child.ts';
import type { Child } from './child.ts';
import { freePort } from './free-port.ts';

/** `embedded`: the one in this project; `func`: Azure Functions Core Tools, which have to be installed. */
export type HostKind = 'embedded' | 'func';

export interface HostOptions {
  kind: HostKind;
  /** The built app. */
  appDirectory: string;
  /** Where orchestrations and logs are kept. */
  directory: string;
  /** The time that everything local shares; Core Tools know real time only. */
  clockFile: string;
  /** 0 takes a free one. */
  port: number;
  /** Settings of the app. */
  environment: Record<string, string>;
}

export interface RunningHost {
  url: string;
  child: Child;
  stop(): Promise<void>;
}

/** Starts the app on a Functions host, in a process of its own. Rejects with the last lines of what it said. */
export function startHost(options: HostOptions): Promise<RunningHost> {
  return options.kind === 'func' ? startCoreTools(options) : startEmbedded(options);
}

/** Which host `HOST` asks for. Throws when it is Core Tools and they are not there. */
export function chosenHost(environment: Readonly<Record<string, string | undefined>>): HostKind {
  const kind = environment['HOST'] ?? 'embedded';
  if (kind === 'embedded') return kind;
  if (kind !== 'func') throw new Error(`HOST is '${kind}': choose embedded, the default, or func.`);
  if (spawnSync('func', ['--version']).error) {
    throw new Error(
      'HOST is func, but Azure Functions Core Tools are not on the PATH. Install them (func --version must answer), or leave HOST unset to use the embedded host.',
    );
  }
  return kind;
}

const hostProgram = fileURLToPath(new URL('../functions-host/main.ts', import.meta.url));
const announcement = /^Functions host at (?<url>\S+)/;

async function startEmbedded(options: HostOptions): Promise<RunningHost> {
  const { appDirectory, directory, clockFile, port, environment } = options;
  const child = await startChild({
    name: 'The Functions host',
    module: hostProgram,
    args: ['--app', appDirectory, '--port', String(port), '--log', 'json'].concat(
      ['--hub', join(directory, 'hub.jsonl')],
      ['--clock', clockFile],
    ),
    environment,
    logFile: join(directory, 'functions-host.log'),
    isReady: (line) => announcement.test(line),
  });
  return { url: announcement.exec(child.readyLine)?.groups?.['url'] ?? '', child, stop: () => child.stop() };
}

/** Core Tools keep orchestrations in a storage account: Azurite, with its usual ports and account. */
async function startCoreTools({ appDirectory, directory, port, environment }: HostOptions): Promise<RunningHost> {
  const storage = await startChild({
    name: 'Azurite for Core Tools',
    module: createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js'),
    args: ['--location', join(directory, 'storage'), '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
    logFile: join(directory, 'storage.log'),
    isReady: (line) => line.includes('Table service successfully listens'),
  });
  const chosenPort = port === 0 ? await freePort() : port;
  try {
    const child = await startCommand({
      name: 'Core Tools',
      command: 'func',
      args: ['start', '--port', String(chosenPort)],
      directory: appDirectory,
      environment: {
        ...environment,
        AzureWebJobsStorage: 'UseDevelopmentStorage=true',
        FUNCTIONS_WORKER_RUNTIME: 'node',
      },
      logFile: join(directory, 'functions-host.log'),
      patience: 120_000,
      isReady: (line) => line.includes('Host lock lease acquired') || line.includes('clusterWritten: eventGridTrigger'),
    });
    const stop = async () => {
      await child.stop();
      await storage.stop();
    };
    return { url: `http://localhost:${chosenPort}`, child, stop };
  } catch (error) {
    await storage.stop();
    throw error;
  }
}
