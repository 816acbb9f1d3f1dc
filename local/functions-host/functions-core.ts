import Module from 'node:module';
import type { TypedData } from './typed-data.ts';

/** A binding as `@azure/functions` registers it; triggers carry more, such as `route` or `schedule`. */
export interface Binding {
  type: string;
  name: string;
  direction: 'in' | 'out';
  [option: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: object) => unknown;

const hookNames = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;
export type HookName = (typeof hookNames)[number];

export interface InvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata: Record<string, TypedData>;
  traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
}

export interface InvocationResponse {
  returnValue?: TypedData | null;
  outputData?: { name: string; data: TypedData }[];
}

export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: string, category: string, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

/** What an app says of itself while its files are loaded. */
export interface Registrations {
  functions: Map<string, RegisteredFunction>;
  hooks: Record<HookName, Set<HookCallback>>;
  model: ProgrammingModel | undefined;
}

type CoreLog = (level: string, category: string, message: string) => void;

let installed = false;
let current: Registrations | undefined;
let latestModel: ProgrammingModel | undefined;
let writeLog: CoreLog = () => {};

/** The version of Azure's host that this one stands in for. */
export const hostVersion = '4.1040.0';

const core = {
  version: hostVersion,
  hostVersion,
  Disposable: class {
    readonly #dispose: () => void;
    constructor(dispose: () => void) {
      this.#dispose = dispose;
    }
    dispose(): void {
      this.#dispose();
    }
  },
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
    const { functions } = openRegistrations('function');
    const id = metadata.name.toLowerCase();
    if (functions.has(id)) throw new Error(`A function with id "${metadata.name}" has already been registered.`);
    functions.set(id, { metadata, callback });
    return new core.Disposable(() => functions.delete(id));
  },
  setProgrammingModel(model: ProgrammingModel) {
    openRegistrations('programming model').model = model;
    latestModel = model;
  },
  getProgrammingModel: () => latestModel,
  registerHook(name: string, callback: HookCallback) {
    const hookName = hookNames.find((known) => known === name);
    if (hookName === undefined) throw new RangeError(`Unrecognized hook "${name}". Known: ${hookNames.join(', ')}.`);
    const hooks = openRegistrations('hook').hooks[hookName];
    hooks.add(callback);
    return new core.Disposable(() => hooks.delete(callback));
  },
  log(level: string, category: string, message: string) {
    writeLog(level, category, message);
  },
};

function openRegistrations(what: string): Registrations {
  if (current === undefined) throw new Error(`A ${what} can only be registered during app startup.`);
  return current;
}

/**
 * Provides `@azure/functions-core`, the module that exists only inside Azure's worker, as the worker does: by a hook
 * on `require`. It must be installed before anything loads `@azure/functions`, which otherwise falls into its test
 * mode for good (local-host.md 3.2, T1).
 */
export function installFunctionsCore(log: CoreLog): void {
  writeLog = log;
  if (installed) return;
  installed = true;
  const { require } = Module.prototype;
  Module.prototype.require = new Proxy(require, {
    apply: (target, self, args: [string]) =>
      args[0] === '@azure/functions-core' ? core : (Reflect.apply(target, self, args) as unknown),
  });
}

/** Collects what is registered while `load` runs; the model is the process's, when this load did not set one. */
export async function collectRegistrations(load: () => Promise<void>): Promise<Registrations> {
  if (current !== undefined) throw new Error('Another app is starting in this process. Start one app at a time.');
  const noCallbacks = () => new Set<HookCallback>();
  const registrations: Registrations = {
    functions: new Map(),
    hooks: {
      preInvocation: noCallbacks(),
      postInvocation: noCallbacks(),
      appStart: noCallbacks(),
      appTerminate: noCallbacks(),
      log: noCallbacks(),
    },
    model: undefined,
  };
  current = registrations;
  try {
    await load();
    registrations.model ??= latestModel;
    return registrations;
  } finally {
    current = undefined;
  }
}
