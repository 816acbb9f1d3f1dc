import { randomBytes, randomUUID } from 'node:crypto';
import { triggerOf } from './app-loader.ts';
import type { LoadedApp } from './app-loader.ts';
import type { CoreInvocationContext, InvocationResponse, RegisteredFunction } from './functions-core.ts';
import type { Log, LogLevel } from './log.ts';
import type { TypedData } from './typed-data.ts';

export interface Invocation {
  function: RegisteredFunction;
  /** The trigger's data; what every other input binding gets comes from the invoker. */
  trigger: TypedData;
  triggerMetadata?: Record<string, TypedData>;
}

/** Runs a function as Azure's worker does. Logs and rejects with an Error, whatever the handler threw. */
export type Invoke = (invocation: Invocation) => Promise<InvocationResponse>;

export interface InvokerOptions {
  app: LoadedApp;
  log: Log;
  /** The data of an input binding, by its type in lower case. */
  inputs: Record<string, () => TypedData>;
  /** Milliseconds of wall time after which Azure would kill an invocation. */
  functionTimeout: number | undefined;
  /** Shared by the hooks of this app. */
  appHookData: Record<string, unknown>;
}

export function createInvoker({ app, log, inputs, functionTimeout, appHookData }: InvokerOptions): Invoke {
  return async ({ function: { metadata, callback }, trigger, triggerMetadata = {} }) => {
    const invocationId = randomUUID();
    const source = { functionName: metadata.name, invocationId };
    const context: CoreInvocationContext = {
      invocationId,
      metadata,
      request: {
        invocationId,
        functionId: metadata.name,
        inputData: inputData(metadata.bindings, trigger, inputs),
        triggerMetadata,
        traceContext: newTraceContext(),
      },
      log(level, category, message) {
        const shown = runLogHooks(app, { level, category, message });
        log(category === 'user' ? toLevel(shown.level) : 'debug', shown.message, source);
      },
    };
    const watch = watchTimeout(functionTimeout, () =>
      log('warning', 'This invocation has outlived functionTimeout; on Azure it would be killed now.', source),
    );
    const begin = performance.now();
    log('debug', 'Executing', source);
    try {
      const response = await run(app, context, callback, appHookData);
      log('debug', `Executed in ${Math.round(performance.now() - begin)} ms`, source);
      return response;
    } catch (thrown) {
      const error = toError(thrown);
      // An orchestrator throws its answer; the engine reports how the instance ends.
      if (triggerOf({ metadata, callback }).type !== 'orchestrationtrigger') {
        log('error', `Failed: ${error.stack ?? error.message}`, source);
      }
      throw error;
    } finally {
      clearTimeout(watch);
    }
  };
}

/** The order of the worker's own steps (local-host.md 3.3). */
async function run(
  app: LoadedApp,
  core: CoreInvocationContext,
  callback: RegisteredFunction['callback'],
  appHookData: Record<string, unknown>,
): Promise<InvocationResponse> {
  const model = await app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const hookData: Record<string, unknown> = {};
  const before = { hookData, appHookData, invocationContext: context, functionCallback: callback, inputs };
  core.state = 'preInvocationHooks';
  for (const hook of app.hooks.preInvocation) await hook(before);

  const after = {
    hookData,
    appHookData,
    invocationContext: context,
    inputs: before.inputs,
    result: undefined as unknown,
    error: undefined as unknown,
  };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = toError(error);
  }
  core.state = 'postInvocationHooks';
  for (const hook of app.hooks.postInvocation) await hook(after);
  if (after.error !== undefined && after.error !== null) throw toError(after.error);
  return model.getResponse(context, after.result);
}

function inputData(
  bindings: RegisteredFunction['metadata']['bindings'],
  trigger: TypedData,
  inputs: Record<string, () => TypedData>,
) {
  return Object.entries(bindings)
    .filter(([, { direction }]) => direction === 'in')
    .map(([name, { type }]) => ({ name, data: inputs[type.toLowerCase()]?.() ?? trigger }));
}

interface LogHookContext {
  level: string;
  category: string;
  message: string;
}

function runLogHooks(app: LoadedApp, entry: LogHookContext): LogHookContext {
  const context = { ...entry, hookData: {} };
  for (const hook of app.hooks.log) hook(context);
  return context;
}

const levels = new Set<string>(['trace', 'debug', 'information', 'warning', 'error', 'critical']);

function toLevel(level: string): LogLevel {
  return levels.has(level) ? (level as LogLevel) : 'information';
}

function newTraceContext() {
  const traceParent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
  return { traceParent, traceState: '', attributes: {} };
}

/** Wall time: that is what Azure counts, whatever the speed of the local clock. */
function watchTimeout(timeout: number | undefined, onTimeout: () => void): NodeJS.Timeout | undefined {
  return timeout === undefined ? undefined : setTimeout(onTimeout, Math.min(timeout, 2 ** 31 - 1)).unref();
}

/** As the worker does, because a handler may throw anything. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (thrown === undefined || thrown === null) return new Error('Unknown error');
  return new Error(typeof thrown === 'string' ? thrown : JSON.stringify(thrown));
}
