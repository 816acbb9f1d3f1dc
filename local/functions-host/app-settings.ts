import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What this host understands of an app's host.json. */
export interface HostSettings {
  /** The first part of every HTTP route, without slashes; empty for none. */
  routePrefix: string;
  hubName: string;
  defaultVersion: string;
  /** Milliseconds, or undefined when invocations may run for ever. */
  functionTimeout: number | undefined;
}

interface HostJson {
  version?: string;
  functionTimeout?: string;
  extensions?: {
    http?: { routePrefix?: string };
    durableTask?: { hubName?: string; defaultVersion?: string };
  };
}

const defaultTimeout = 30 * 60 * 1000;

/** Reads `host.json`; throws with the file's name when it is missing or broken. */
export function readHostSettings(appDirectory: string): HostSettings {
  const hostJson = readJson(join(appDirectory, 'host.json')) as HostJson;
  const { http, durableTask } = hostJson.extensions ?? {};
  return {
    routePrefix: (http?.routePrefix ?? 'api').replaceAll(/^\/+|\/+$/gu, ''),
    hubName: resolveSettings(durableTask?.hubName ?? 'TestHubName', 'host.json, durableTask.hubName'),
    defaultVersion: durableTask?.defaultVersion ?? '',
    functionTimeout: readTimeout(hostJson.functionTimeout),
  };
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return defaultTimeout;
  if (text === '-1') return undefined;
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/u.exec(text);
  if (parts === null) throw new Error(`host.json: functionTimeout "${text}" must be hh:mm:ss, or -1 for no limit.`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** The `Values` of a local.settings.json. Throws for an encrypted file and for values that are not text. */
export function readLocalSettings(file: string): Record<string, string> {
  const settings = readJson(file) as { IsEncrypted?: boolean; Values?: Record<string, unknown> };
  if (settings.IsEncrypted === true) {
    throw new Error(`${file} is encrypted. Decrypt it with "func settings decrypt".`);
  }
  for (const [name, value] of Object.entries(settings.Values ?? {})) {
    if (typeof value !== 'string') throw new Error(`${file}: the value of ${name} must be text in quotes.`);
  }
  return { ...settings.Values } as Record<string, string>;
}

/** Replaces each %NAME% in a binding's text by the setting of that name, as the host on Azure does. */
export function resolveSettings(text: string, where: string, environment = process.env): string {
  return text.replaceAll(/%([^%]+)%/gu, (_, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`${where}: the setting ${name} is missing. Set it in the environment.`);
    return value;
  });
}

export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new Error(`${file} does not exist. Name a folder that holds a built Functions app.`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not valid JSON.`, { cause: error });
  }
}

/** What Azure sets for every app; the proxies must not get the SDK's calls to this host (local-host.md T4, T5). */
export function hostEnvironment(address: string, port: number): Record<string, string> {
  const direct = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost', '127.0.0.1', '::1', address]
    .filter((entry) => entry !== undefined && entry !== '')
    .join(',');
  return {
    WEBSITE_HOSTNAME: `localhost:${port}`,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

/** Sets variables of this process; the returned function puts the old ones back. */
export function applyEnvironment(variables: Record<string, string>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
