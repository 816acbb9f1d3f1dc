import type { CustomObject } from '../objects.ts';

/** Felix' parameters as it names them itself (`BPFEnabled`), values as text; what nobody set is absent. */
export type FelixConfig = Readonly<Record<string, string>>;

/** Beginnings of field names that the datastore writes in lower case and Felix in its own way. */
const prefixes: readonly [string, string][] = [
  ['bpf', 'BPF'],
  ['nftables', 'NFTables'],
  ['vxlan', 'VXLAN'],
  ['ipv6', 'IPv6'],
  ['mtu', 'MTU'],
];

function parameterName(field: string): string {
  const prefix = prefixes.find(([lower]) => field.startsWith(lower));
  return prefix === undefined
    ? field.charAt(0).toUpperCase() + field.slice(1)
    : prefix[1] + field.slice(prefix[0].length);
}

/** Environment over the node's FelixConfiguration over the default one, parameter by parameter. */
export function resolveConfig(
  env: Readonly<Record<string, string>>,
  ofNode: CustomObject | undefined,
  global: CustomObject | undefined,
): FelixConfig {
  const config: Record<string, string> = {};
  for (const source of [global, ofNode]) {
    for (const [field, value] of Object.entries(source?.spec ?? {})) {
      if (value !== null && value !== '') config[parameterName(field)] = asText(value);
    }
  }
  const names = new Map(Object.keys(config).map((name) => [name.toUpperCase(), name]));
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('FELIX_')) continue;
    const name = variable.slice('FELIX_'.length);
    config[names.get(name) ?? (name === 'BPFENABLED' ? 'BPFEnabled' : name)] = value;
  }
  return config;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface ConfigChange {
  key: string;
  newValue: string;
  oldValue: string;
}

/** What differs; Felix restarts itself for each of these parameters (calico.md 15.2). */
export function changesOf(before: FelixConfig, after: FelixConfig): ConfigChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ key, newValue: after[key] ?? '', oldValue: before[key] ?? '' }));
}
