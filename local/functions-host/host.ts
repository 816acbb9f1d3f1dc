import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { loadApp, triggerOf } from './app-loader.ts';
import type { LoadedApp } from './app-loader.ts';
import { applyEnvironment, hostEnvironment, readHostSettings } from './app-settings.ts';
import { clientBinding } from './durable/client-binding.ts';
import type { DurableAddress } from './durable/client-binding.ts';
import { createEngine } from './durable/engine.ts';
import { durableFunctions } from './durable/functions.ts';
import { createHub } from './durable/hub.ts';
import type { Instance, Journal } from './durable/hub.ts';
import { installFunctionsCore } from './functions-core.ts';
import { findHttpFunctions } from './http/http-functions.ts';
import { createAuthorize } from './http/keys.ts';
import { listen } from './http/server.ts';
import { createInvoker } from './invocation.ts';
import { createLog } from './log.ts';
import type { Log, LogEntry } from './log.ts';
import { createRequestHandler } from './request-handler.ts';
import { openJournal } from './store/journal.ts';
import { memoryJournal } from './store/memory.ts';
import { startTimers } from './timers.ts';

export interface FunctionsHostOptions {
  /** The folder with the app's host.json and package.json. */
  appDirectory: string;
  clock: Clock;
  /** 0, the default, takes any free port. */
  port?: number;
  /** 127.0.0.1 by default; any other than a loopback address needs a key. */
  address?: string;
  /** Where orchestrations are kept; without it they end with the process. */
  hubFile?: string;
  /** Any of them opens everything. None, the default, leaves everything open. */
  keys?: readonly string[];
  /** Set in this process while the host runs. */
  environment?: Record<string, string>;
  log?: (entry: LogEntry) => void;
}

export interface FunctionSummary {
  name: string;
  /** The trigger's type in lower case. */
  trigger: string;
  /** Of an HTTP or Event Grid function. */
  url?: string;
  methods?: string[];
}

export interface FunctionsHost {
  /** Without a slash at the end. */
  url: string;
  port: number;
  functions: FunctionSummary[];
  /** The orchestrations, by id, as they are now. */
  instances: ReadonlyMap<string, Instance>;
  /** Stops timers and intake, runs the appTerminate hooks; unfinished work is taken up at the next start. */
  close(): Promise<void>;
}

/** How long requests under way may take when the host stops, in milliseconds. */
const closeGrace = 1000;

/**
 * Starts an unmodified Azure Functions app (Node.js programming model v4, durable-functions 3) in this process.
 *
 * @throws naming the file, function, binding, setting or port at fault
 */
export async function createFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { clock, port = 0, address = '127.0.0.1', keys = [], environment = {} } = options;
  const authorize = createAuthorize(keys, address);
  const log = createLog(clock, options.log ?? (() => {}));
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const server = await listen(port, address, log);
    undo.push(() => server.close(closeGrace));
    undo.push(applyEnvironment({ ...hostEnvironment(address, server.port), ...environment }));
    const settings = readHostSettings(options.appDirectory);
    installFunctionsCore((level, _category, text) => log(level === 'error' ? 'error' : 'debug', text));
    const app = await loadApp(options.appDirectory, log);

    const journal: Journal = options.hubFile === undefined ? memoryJournal() : await openJournal(options.hubFile);
    undo.push(() => journal.close());
    const hub = createHub(journal);
    const origin = `http://${hostName(address, 'localhost')}:${server.port}`;
    const rpcPath = `durabletask/${randomBytes(16).toString('hex')}`;
    const durableAddress: DurableAddress = {
      baseUrl: `${origin}/runtime/webhooks/durabletask`,
      rpcBaseUrl: `http://${hostName(address, '127.0.0.1')}:${server.port}/${rpcPath}/`,
      hubName: settings.hubName,
      key: keys[0],
    };
    const appHookData: Record<string, unknown> = {};
    const invoke = createInvoker({
      app,
      log,
      appHookData,
      functionTimeout: settings.functionTimeout,
      inputs: { durableclient: () => ({ string: clientBinding(durableAddress) }) },
    });
    const functions = durableFunctions(app.functions, invoke, log);
    const engine = createEngine({ hub, clock, log, functions });
    undo.push(await runAppHooks(app, appHookData, log));
    undo.push(() => server.close(closeGrace));
    undo.push(() => engine.stop());

    const httpFunctions = findHttpFunctions(app.functions.values(), settings.routePrefix);
    const { defaultVersion } = settings;
    const findOrchestrator = (name: string) =>
      functions.hasOrchestrator(name) ? app.functions.get(name.toLowerCase())?.metadata.name : undefined;
    const handler = createRequestHandler({
      app,
      invoke,
      authorize,
      httpFunctions,
      rpcPath,
      durable: { hub, engine, clock, address: durableAddress, defaultVersion, findOrchestrator },
    });
    undo.push(startTimers({ functions: app.functions.values(), hub, clock, invoke, log }));
    engine.recover();
    server.serve(handler);
    const summaries = [...app.functions.values()].map((registered): FunctionSummary => {
      const { name } = registered.metadata;
      const trigger = triggerOf(registered).type;
      const http = httpFunctions.find((candidate) => candidate.function === registered);
      if (http !== undefined) return { name, trigger, url: `${origin}/${http.route}`, methods: http.methods };
      const webhook = `${origin}/runtime/webhooks/EventGrid?functionName=${encodeURIComponent(name)}`;
      return trigger === 'eventgridtrigger' ? { name, trigger, url: webhook } : { name, trigger };
    });
    return { url: origin, port: server.port, functions: summaries, instances: hub.instances, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns runs the hooks of the app's end */
async function runAppHooks(app: LoadedApp, appHookData: Record<string, unknown>, log: Log) {
  const context = { hookData: {}, appHookData, functionAppDirectory: app.directory };
  for (const hook of app.hooks.appStart) await hook(context);
  return async () => {
    for (const hook of app.hooks.appTerminate) {
      try {
        await hook({ ...context, hookData: {} });
      } catch (error) {
        log('error', `An appTerminate hook failed: ${String(error)}`);
      }
    }
  };
}

/** How this machine reaches itself at the address that the server listens on. */
function hostName(address: string, loopbackName: string): string {
  if (['127.0.0.1', 'localhost', '0.0.0.0', '::'].includes(address)) return loopbackName;
  return address.includes(':') ? `[${address}]` : address;
}
