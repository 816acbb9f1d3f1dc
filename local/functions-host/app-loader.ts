import { globSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readJson } from './app-settings.ts';
import { collectRegistrations } from './functions-core.ts';
import type { ProgrammingModel, RegisteredFunction, Registrations } from './functions-core.ts';
import type { Log } from './log.ts';

export interface LoadedApp extends Registrations {
  directory: string;
  model: ProgrammingModel;
}

interface PackageJson {
  main?: string;
  type?: string;
}

/** The packages whose private formats this host speaks. */
const pinnedPackages = { '@azure/functions': '4.16.5', 'durable-functions': '3.5.0' };

/** Everything that a function may be bound to here. */
const supportedBindings = new Set([
  'in httptrigger',
  'in eventgridtrigger',
  'in timertrigger',
  'in orchestrationtrigger',
  'in activitytrigger',
  'in durableclient',
  'out http',
]);

/** Node keeps modules for the life of the process, so an app's registrations are kept as long. */
const loaded = new Map<string, Promise<LoadedApp>>();

/**
 * Loads the files that package.json's `main` names, and checks what they register. In one process an app is loaded
 * once: a second host of the same folder shares its modules and their state.
 *
 * @throws naming the file, the function and the binding at fault
 */
export function loadApp(appDirectory: string, log: Log): Promise<LoadedApp> {
  const directory = realpathSync(appDirectory);
  const known = loaded.get(directory);
  if (known !== undefined) return known;
  const loading = load(directory, log);
  loaded.set(directory, loading);
  loading.catch(() => loaded.delete(directory));
  return loading;
}

async function load(directory: string, log: Log): Promise<LoadedApp> {
  const { main, type } = readJson(join(directory, 'package.json')) as PackageJson;
  if (main === undefined)
    throw new Error(`${join(directory, 'package.json')} has no "main": name the app's files there.`);
  const files = globSync(main, { cwd: directory }).sort();
  if (files.length === 0)
    throw new Error(`No file in ${directory} matches "${main}", which package.json has as "main".`);
  warnOfOtherVersions(directory, log);
  const registrations = await collectRegistrations(async () => {
    for (const file of files) await loadFile(join(directory, file), type === 'module');
  });
  const { model, functions } = registrations;
  if (model === undefined || functions.size === 0) {
    throw new Error(`${files.join(', ')} registered no function. Call app.http() or another of @azure/functions.`);
  }
  for (const { metadata } of functions.values()) checkBindings(metadata);
  const capabilities = await model.getCapabilities({});
  if ('HttpUri' in capabilities) {
    throw new Error('HTTP streaming is not supported here. Remove enableHttpStream from app.setup().');
  }
  return { ...registrations, directory, model };
}

async function loadFile(file: string, isModule: boolean): Promise<void> {
  try {
    const asModule = extname(file) === '.mjs' || (isModule && extname(file) !== '.cjs');
    if (asModule) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} could not be loaded: ${reason}`, { cause: error });
  }
}

function checkBindings({ name, bindings }: RegisteredFunction['metadata']): void {
  for (const { type, direction } of Object.values(bindings)) {
    if (!supportedBindings.has(`${direction} ${type}`.toLowerCase())) {
      throw new Error(
        `Function "${name}" has the ${direction === 'in' ? 'input' : 'output'} binding "${type}", which this host ` +
          'does not have. Use the service’s SDK in its handler, or run the app with Azure Functions Core Tools.',
      );
    }
  }
}

/** A bundle hides the versions of what is in it; then there is nothing to compare. */
function warnOfOtherVersions(directory: string, log: Log): void {
  const { resolve } = createRequire(join(directory, 'package.json'));
  for (const [name, pinned] of Object.entries(pinnedPackages)) {
    const version = packageVersion(name, resolve);
    if (version !== undefined && version !== pinned) {
      log('warning', `${name} is ${version}; this host is made for ${pinned}. Durable orchestrations may misbehave.`);
    }
  }
}

function packageVersion(name: string, resolve: NodeJS.RequireResolve): string | undefined {
  for (const folder of resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** The binding that starts a function. */
export function triggerOf({ metadata }: RegisteredFunction) {
  const trigger = Object.values(metadata.bindings).find(({ type }) => type.toLowerCase().endsWith('trigger'));
  if (trigger === undefined) throw new Error(`Function "${metadata.name}" has no trigger.`);
  return { ...trigger, type: trigger.type.toLowerCase() };
}
