import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClock, sharedClock, startingNow } from '../clock.ts';
import { createSimulatedAzure } from './simulated-azure.ts';

const help = `Runs the simulated Azure alone: Azure Resource Manager, a managed identity, Event Grid, and a simulated cluster
behind every managed cluster that is made.

  node local/aks/main.ts [options]

  --directory DIR      where its certificate is written (default .local/azure)
  --port N             of Azure Resource Manager (default: any free port)
  --clock FILE         share the time of this file with other programs; made when it is missing
  --speed N            simulated seconds in a second (default 1); a clock file that exists keeps its own
  --creation-seconds N simulated seconds that a cluster's creation lasts at least (default 60)
  --webhook URL        tell this endpoint of every write to a managed cluster; may be given again
  --help

It prints the settings with which an app finds it, one NAME=value a line, and serves until Ctrl-C. The identity of the
app may do everything here. Make a cluster with them in the environment:

  TOKEN=$(curl -s -H "x-identity-header: $IDENTITY_HEADER" \\
    "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://management.azure.com" | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
  curl --cacert $NODE_EXTRA_CA_CERTS -H "Authorization: Bearer $TOKEN" -X PUT \\
    "$AZURE_RESOURCE_MANAGER_ENDPOINT/subscriptions/$SUBSCRIPTION_IDS/resourceGroups/demo/providers/Microsoft.ContainerService/managedClusters/demo?api-version=2026-06-01" \\
    -d '{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"kubernetesVersion":"1.35","dnsPrefix":"demo",
         "agentPoolProfiles":[{"name":"nodepool1","mode":"System","count":3}],"networkProfile":{"networkPolicy":"calico"}}}'

A cluster misbehaves by its tags: simulator:panics, simulator:dirty, simulator:unsupportedKernel, simulator:slowStart and
simulator:notReady take nodes ("0,2"), simulator:kubeProxy leave or restore, simulator:kernel a version,
simulator:leaksGate true or false.

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 something failed, 2 a wrong option.
`;

class UsageError extends Error {}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        directory: { type: 'string', default: '.local/azure' },
        port: { type: 'string', default: '0' },
        clock: { type: 'string' },
        speed: { type: 'string', default: '1' },
        'creation-seconds': { type: 'string', default: '60' },
        webhook: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`${option} ${text}: choose a number from ${least} to ${most}.`);
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) return console.log(help);
  const speed = numberOf('--speed', options.speed, 0.01, 1000);
  const azure = await createSimulatedAzure({
    clock: options.clock === undefined ? createClock(startingNow(speed)) : sharedClock(options.clock, speed),
    directory: resolve(options.directory),
    port: numberOf('--port', options.port, 0, 65_535),
    creationSeconds: numberOf('--creation-seconds', options['creation-seconds'], 0, 86_400),
    log: (message) => console.error(message),
  });
  try {
    for (const url of options.webhook) await azure.subscribe(url);
    for (const [name, value] of Object.entries(azure.environment())) console.log(`${name}=${value}`);
    await new Promise<void>((stop) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
    });
  } finally {
    await azure.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  if (error instanceof UsageError) console.error('Try --help.');
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
