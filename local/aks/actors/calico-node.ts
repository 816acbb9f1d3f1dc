import { randomInt, randomUUID } from 'node:crypto';
import { ApiError } from './api-client.ts';
import { changesOf, type FelixConfig, resolveConfig } from './felix/configuration.ts';
import { dirtyAgain, type FelixLine, type FelixVariables, formatLine, shutdownLines } from './felix/lines.ts';
import { outcomeOf } from './felix/outcome.ts';
import { scriptOf } from './felix/script.ts';
import { later } from './later.ts';
import type { CustomObject } from './objects.ts';
import type { ProgramContext } from './programs.ts';
import { apiVersionOf, clusterInformations, felixConfigurations, type Resource } from './resources.ts';

/** Milliseconds from a Felix' end to its next start by the supervisor in its container. */
const supervisorDelay = 570;
/** Milliseconds between Felix' attempts to attach a program that was refused. */
const dirtyRetry = 1700;
/** Lives of a Felix that panics, or attempts at a dirty endpoint, that are written with one timer. */
const batch = 20;

/** The program of a container calico-node: Felix and its supervisor. */
export async function calicoNode(context: ProgramContext): Promise<number> {
  const { api, machine, env, signal, log, behaviours, image } = context;
  const configurations = api.informer(felixConfigurations);
  await Promise.all([configurations.synced, api.informer(clusterInformations).synced]);
  const calicoVersion = image.split(':').at(-1) ?? '';
  await ensureDefaults(context, calicoVersion);
  const { promise, resolve } = Promise.withResolvers<number>();
  let running: FelixConfig | undefined;
  let pid = 0;
  let cancels: (() => void)[] = [];
  const unsubscribe = [
    configurations.onChange(takeUp),
    behaviours.onChange((node) => {
      if (node === machine.name && running?.['BPFEnabled'] === 'true') restart([]);
    }),
  ];
  signal.addEventListener('abort', () => {
    halt();
    for (const stop of unsubscribe) stop();
    resolve(0);
  });
  if (!signal.aborted) start();
  return promise;

  function configuration(): FelixConfig {
    return resolveConfig(env, configurations.get(`node.${machine.name}`), configurations.get('default'));
  }

  function start(): void {
    const config = configuration();
    running = config;
    const { kernelVersion } = machine;
    const has = (behaviour: 'panics' | 'dirty' | 'unsupportedKernel') => behaviours.has(machine.name, behaviour);
    const outcome = outcomeOf({ config, calicoVersion, kernelVersion, has });
    const script = scriptOf(outcome, variables(config), calicoVersion);
    pid = randomInt(1000, 32_000);
    const now = api.clock.now().getTime();
    context.ready(false);
    write(script.lines, now, pid);
    if (script.readyAfter !== undefined) next(script.readyAfter, () => context.ready(true));
    if (script.panicsAfter !== undefined) panicForEver(script.lines, script.panicsAfter + supervisorDelay);
    if (script.exitsAfter !== undefined) next(script.exitsAfter, () => resolve(1));
    if (outcome === 'dirty') stayDirty(2 * dirtyRetry);
  }

  function variables(config: FelixConfig): FelixVariables {
    return {
      node: machine.name,
      host: env['KUBERNETES_SERVICE_HOST'] ?? '',
      port: env['KUBERNETES_SERVICE_PORT'] ?? '',
      healthzPort: config['BPFKubeProxyHealthzPort'] ?? '10256',
      natMode: config['BPFConnectTimeLoadBalancing'] === 'Disabled' ? 1 : 2,
    };
  }

  function panicForEver(lines: FelixLine[], period: number): void {
    const now = api.clock.now().getTime();
    for (let life = 1; life <= batch; life += 1) write(lines, now + life * period, randomInt(1000, 32_000));
    next(batch * period, () => panicForEver(lines, period));
  }

  function stayDirty(after: number): void {
    const now = api.clock.now().getTime();
    for (let attempt = 0; attempt < batch; attempt += 1) write(dirtyAgain(after + attempt * dirtyRetry), now, pid);
    next(batch * dirtyRetry, () => stayDirty(after));
  }

  function takeUp(): void {
    if (running === undefined) return;
    const changes = changesOf(running, configuration());
    if (changes.length > 0) restart(changes);
  }

  /** Felix ends two seconds after the change, sees no other meanwhile, and starts with what then holds. */
  function restart(changes: Parameters<typeof shutdownLines>[0]): void {
    halt();
    running = undefined;
    context.ready(false);
    const lines = changes.length === 0 ? [] : shutdownLines(changes);
    write(lines, api.clock.now().getTime(), pid);
    next((lines.at(-1)?.after ?? 0) + supervisorDelay, start);
  }

  function halt(): void {
    for (const cancel of cancels) cancel();
    cancels = [];
    log.cut();
  }

  /** What this Felix does next; forgotten when it ends. */
  function next(milliseconds: number, callback: () => void): void {
    cancels.push(later(api.clock, signal, milliseconds, callback));
  }

  function write(lines: FelixLine[], startedAt: number, ofPid: number): void {
    for (const line of lines) log.write(formatLine(line, startedAt + line.after, ofPid), startedAt + line.after);
  }
}

/** The first calico-node of a cluster writes what is not there yet: the version, and an all but empty configuration. */
async function ensureDefaults({ api, onError }: ProgramContext, calicoVersion: string): Promise<void> {
  const clusterGUID = randomUUID().replaceAll('-', '');
  await ensure(clusterInformations, 'ClusterInformation', {
    calicoVersion,
    clusterGUID,
    clusterType: 'typha,kdd,k8s,operator,aks',
    datastoreReady: true,
  });
  const configuration = { bpfLogLevel: '', logSeverityScreen: 'Info', reportingInterval: '0s' };
  await ensure(felixConfigurations, 'FelixConfiguration', configuration);

  async function ensure(resource: Resource<CustomObject>, kind: string, spec: Record<string, unknown>): Promise<void> {
    if (api.informer(resource).get('default') !== undefined) return;
    const object = { apiVersion: apiVersionOf(resource), kind, metadata: { name: 'default' }, spec };
    await api.create(resource, object).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.code === 409)) onError(error as Error);
    });
  }
}
