import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { demonstrate } from './console/demonstration.ts';
import { demoClusters } from './console/demo-clusters.ts';
import { chosenHost } from './console/functions-host.ts';
import type { HostKind } from './console/functions-host.ts';
import { startInstallation } from './console/installation.ts';
import type { Installation } from './console/installation.ts';
import { curlForCluster, writeKubeconfig } from './console/operator.ts';
import { summarise } from './console/summary.ts';
import { createTerminal } from './console/terminal.ts';
import type { Terminal } from './console/terminal.ts';

const help = `Shows AKS eBPF Autopilot at work on this machine: the real app on a local Functions host, with a simulated
Azure around it. Two clusters are made through Azure Resource Manager; the app hears of them by Event Grid.

  node local/main.ts start [--port N]    both clusters, then keeps serving until Ctrl-C
  node local/main.ts demo [--json]       both clusters, then exits: 0 when both are enabled and proven, else 1

  --host H     embedded (default), or func: Azure Functions Core Tools, in real time; HOST says the same
  --port N     where the app listens (start: 7071, demo: any free port)
  --app DIR    the built app (default dist/app)
  --tag N=V    a tag of both clusters, may be given again; simulator:panics=0 makes node 0 fail, and
               node local/aks/main.ts --help names the others
  --json       one JSON object on standard output, everything else on standard error
  --help

  LOCAL_SPEED  simulated seconds in a second (default 10, at most 60)

Everything that a run writes is in .local/<time>: its logs, tables, orchestrations and certificates.
Exit codes: 0 as it should be, 1 something failed, 2 a wrong option.
`;

interface Options {
  command: 'start' | 'demo';
  host: HostKind;
  json: boolean;
  port: number;
  appDirectory: string;
  speed: number;
  /** Of both clusters. */
  tags: Record<string, string>;
}

const builtApp = fileURLToPath(new URL('../dist/app', import.meta.url));

class UsageError extends Error {}

function readOptions(args: string[], environment: NodeJS.ProcessEnv): Options | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [command, ...rest] = positionals;
  if ((command !== 'start' && command !== 'demo') || rest.length > 0) {
    throw new UsageError(`'${positionals.join(' ')}' is not a command: say start or demo.`);
  }
  if (values.json && command !== 'demo') throw new UsageError('--json is for demo only.');
  const port = Number(values.port ?? (command === 'start' ? 7071 : 0));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${values.port}: choose 0 to 65535.`);
  const host = chosenHost({ HOST: values.host ?? environment['HOST'] });
  const speed = Number(environment['LOCAL_SPEED'] ?? (host === 'func' ? 1 : 10));
  if (host === 'func' && speed !== 1) throw new UsageError('Core Tools know real time only: leave LOCAL_SPEED unset.');
  if (!(speed > 0 && speed <= 60)) {
    throw new UsageError(`LOCAL_SPEED is '${environment['LOCAL_SPEED']}': choose a number above 0, at most 60.`);
  }
  const tags = Object.fromEntries(values.tag.map(readTag));
  return { command, host, json: values.json, port, appDirectory: resolve(values.app), speed, tags };
}

function readTag(text: string): [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--tag ${text}: give a name=value.`);
  return [name, value];
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        port: { type: 'string' },
        app: { type: 'string', default: builtApp },
        host: { type: 'string' },
        tag: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

async function run(options: Options, signal: AbortSignal): Promise<number> {
  const { command, speed } = options;
  const terminal = createTerminal(options.json ? process.stderr : process.stdout);
  const directory = resolve('.local', new Date().toISOString().slice(0, 23).replaceAll(':', '-'));
  mkdirSync(directory, { recursive: true });
  terminal.title('AKS eBPF Autopilot, on this machine');
  terminal.text(`  Time runs ${speed} times as fast as it does (LOCAL_SPEED); times below are simulated minutes.`);
  const installation = await startInstallation({
    directory,
    speed,
    port: options.port,
    host: options.host,
    appDirectory: options.appDirectory,
  });
  try {
    introduce(installation, directory, terminal);
    const broken = installation.broken.then((why): never => {
      throw new Error(why);
    });
    const { report, resourceIds, documents } = await Promise.race([
      demonstrate(installation, { terminal, signal, tags: options.tags }),
      broken,
    ]);
    summarise(report, documents, speed, terminal);
    if (options.json) console.log(JSON.stringify(report));
    if (command === 'demo') return report.ok ? 0 : 1;
    await explain(installation, resourceIds, directory, terminal);
    await Promise.race([untilAborted(signal), broken]);
    return 0;
  } finally {
    await installation.stop();
  }
}

function introduce({ appUrl, tableEndpoint, azure }: Installation, directory: string, terminal: Terminal): void {
  terminal.pair('App', appUrl);
  terminal.pair('Simulated Azure', azure.armUrl);
  terminal.pair('Tables (Azurite)', tableEndpoint);
  terminal.pair('Logs', directory);
  terminal.title('Two new clusters');
  for (const { name, description } of demoClusters) terminal.pair(name, description);
  terminal.text('');
}

async function explain(
  { appUrl, azure }: Installation,
  resourceIds: string[],
  directory: string,
  terminal: Terminal,
): Promise<void> {
  terminal.title('Still serving; Ctrl-C ends it');
  terminal.pair('All runs', `curl '${appUrl}/api/runs'`);
  for (const resourceId of resourceIds) {
    const kubeconfig = await writeKubeconfig(azure, resourceId, directory);
    terminal.pair(`Into ${resourceId.split('/').at(-1)}`, `kubectl --kubeconfig '${kubeconfig}' get pods -A`);
  }
  terminal.text('  Another cluster, which the app will switch by itself:\n');
  terminal.text(`${await curlForCluster(azure, directory, 'another')}\n`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(new Error(`Stopped by ${signal}.`)));
  }
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options === 'help') {
      console.log(help);
      return 0;
    }
    return await run(options, interruption.signal);
  } catch (error) {
    const reason = interruption.signal.aborted ? (interruption.signal.reason as Error) : (error as Error);
    createTerminal(process.stderr).trouble(`\n${reason.message}`);
    if (error instanceof UsageError) console.error('Try --help.');
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exitCode = await main();
