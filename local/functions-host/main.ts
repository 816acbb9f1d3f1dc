import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createClock, sharedClock, startingNow } from '../clock.ts';
import { readLocalSettings } from './app-settings.ts';
import { createFunctionsHost } from './host.ts';
import type { FunctionsHost, FunctionsHostOptions } from './host.ts';
import { formatEntry } from './log.ts';

const help = `Runs an Azure Functions app (Node.js, programming model v4, durable-functions 3) on this machine,
unmodified and without Core Tools: HTTP, Event Grid, timer and durable functions.

  node local/functions-host/main.ts --app DIR [options]

  --app DIR         the folder with the app's host.json and package.json
  --port N          where to listen (default 7071; 0 takes any free port)
  --address A       127.0.0.1 by default; another address needs --keys
  --keys FILE       one key a line; any of them opens everything (header x-functions-key, or ?code=)
  --hub FILE        where orchestrations are kept, so that a restart goes on with them
                    (default: in memory, gone with the process)
  --settings FILE   app settings (default: local.settings.json of the app, if there is one);
                    what the environment has already is not replaced
  --clock FILE      share the time of this file with other programs; made when it is missing
  --speed N         simulated seconds in a second (default 1); a clock file that exists keeps its own
  --log text|json   how to print log lines (default text)
  --verbose         also the host's own lines
  --help

Try it, with the app on port 7071:
  curl http://localhost:7071/admin/functions
  curl -X POST http://localhost:7071/runtime/webhooks/durabletask/orchestrators/NAME -d '{"an":"input"}'
  curl 'http://localhost:7071/runtime/webhooks/durabletask/instances/?top=10'

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 the app or the host failed, 2 a wrong option.
`;

const optionTypes = {
  app: { type: 'string' },
  port: { type: 'string', default: '7071' },
  address: { type: 'string', default: '127.0.0.1' },
  keys: { type: 'string' },
  hub: { type: 'string' },
  settings: { type: 'string' },
  clock: { type: 'string' },
  speed: { type: 'string', default: '1' },
  log: { type: 'string', default: 'text' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

class UsageError extends Error {}

function readOptions(args: string[]): FunctionsHostOptions | undefined {
  const { values } = parseCommandLine(args);
  if (values.help) return undefined;
  const { app, hub, log, verbose } = values;
  if (app === undefined) throw new UsageError('--app is missing: name the folder with the app’s host.json.');
  if (log !== 'text' && log !== 'json') throw new UsageError(`--log ${log}: choose text or json.`);
  const port = toNumber('--port', values.port);
  const speed = toNumber('--speed', values.speed);
  if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port ${port}: choose 0 to 65535.`);
  if (speed === 0) throw new UsageError('--speed 0: time must go on; choose a number above 0.');
  const clock = values.clock === undefined ? createClock(startingNow(speed)) : sharedClock(values.clock, speed);
  return {
    appDirectory: app,
    clock,
    port,
    address: values.address,
    environment: readSettings(app, values.settings),
    keys: values.keys === undefined ? [] : readKeys(values.keys),
    ...(hub === undefined ? {} : { hubFile: hub }),
    log(entry) {
      const isShown = verbose || (entry.level !== 'debug' && entry.level !== 'trace');
      if (isShown) console.log(formatEntry(entry, log));
    },
  };
}

function parseCommandLine(args: string[]) {
  try {
    return parseArgs({ args, options: optionTypes });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function toNumber(option: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new UsageError(`${option} ${text}: give a number.`);
  return value;
}

function readSettings(app: string, file: string | undefined): Record<string, string> {
  const usual = join(app, 'local.settings.json');
  if (file === undefined && !existsSync(usual)) return {};
  const settings = readLocalSettings(file ?? usual);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => process.env[name] === undefined));
}

function readKeys(file: string): string[] {
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (keys.length === 0) throw new UsageError(`--keys ${file}: the file has no key. Write one key a line.`);
  return keys.map((key) => key.trim());
}

function announce({ url, functions }: FunctionsHost): void {
  console.log(`Functions host at ${url}`);
  for (const { name, trigger, url, methods } of functions) {
    console.log(
      `  ${name} (${trigger})${methods === undefined ? '' : ` ${methods.join(',')}`}${url === undefined ? '' : ` ${url}`}`,
    );
  }
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(help);
    return;
  }
  const host = await createFunctionsHost(options);
  announce(host);
  const stop = () => {
    host.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`The host could not stop cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error((error as Error).message);
  if (isUsage) console.error('Try --help.');
  process.exit(isUsage ? 2 : 1);
}
