import { keyOf } from '../aks/azure/arm/resource.ts';
import { createAppClient } from './app-client.ts';
import type { RunDocument } from './app-client.ts';
import { demoClusters, resourceGroup } from './demo-clusters.ts';
import type { DemoCluster } from './demo-clusters.ts';
import { followRun } from './follow.ts';
import type { Installation } from './installation.ts';
import { createOperator } from './operator.ts';
import { isGood, reportOf } from './report.ts';
import type { Report, RunReport } from './report.ts';
import type { Terminal } from './terminal.ts';

const patienceMinutes = 30;

export interface Demonstration {
  report: Report;
  /** The clusters, in the report's order. */
  resourceIds: string[];
  /** Their runs as the app tells of them, in the same order. */
  documents: RunDocument[];
}

export interface DemonstrationOptions {
  terminal: Terminal;
  signal: AbortSignal;
  /** Of each cluster, in Azure. */
  tags: Record<string, string>;
}

/** Makes the demonstration's clusters as anybody would, and watches what the app does to them. */
export async function demonstrate(
  installation: Installation,
  { terminal, signal, tags }: DemonstrationOptions,
): Promise<Demonstration> {
  const { azure, clock, appUrl } = installation;
  const started = { wall: Date.now(), simulated: clock.now().getTime() };
  const seconds = () => (clock.now().getTime() - started.simulated) / 1000;
  const client = createAppClient(appUrl);
  const operator = createOperator(azure);

  async function watch({
    name,
    nodes,
    body,
  }: DemoCluster): Promise<{ report: RunReport; resourceId: string; run: RunDocument }> {
    const tell = (line: Parameters<Terminal['line']>[2]) => terminal.line(seconds(), name, line);
    const poller = operator.managedClusters.createOrUpdate(
      resourceGroup,
      name,
      { ...body, tags },
      {
        updateIntervalInMs: 500,
        abortSignal: signal,
      },
    );
    tell({ kind: 'state', text: 'PUT to Azure Resource Manager: the cluster is being created' });
    const { id: resourceId = '' } = await poller.pollUntilDone({ abortSignal: signal });
    tell({ kind: 'state', text: 'Azure says Succeeded, Event Grid tells the app' });
    const hopeless = () => undelivered(resourceId, installation);
    const run = await followRun({ app: client, clock, resourceId, patienceMinutes, tell, hopeless, signal });
    const simulated = azure.clusters.get(keyOf(resourceId));
    if (!simulated) throw new Error(`The simulated cluster behind ${resourceId} is gone.`);
    const { armRequests, identities } = azure;
    const { requests } = simulated;
    const podsReplaced = simulated.cluster.podsReplaced();
    const app = identities.app.objectId;
    const report = reportOf({ name, resourceId, nodes, run, requests, podsReplaced, armRequests, app });
    return { report, resourceId, run };
  }

  const watched = await Promise.all(demoClusters.map(watch));
  const runs = watched.map(({ report }) => report);
  const report = { ok: runs.every(isGood), elapsedSeconds: Math.round((Date.now() - started.wall) / 100) / 10, runs };
  return { report, resourceIds: watched.map(({ resourceId }) => resourceId), documents: watched.map(({ run }) => run) };
}

/** An event that Event Grid has given up: no run will come of it. */
function undelivered(resourceId: string, { subscription }: Installation): string | undefined {
  const letter = subscription.deadLetters.find(({ event }) => keyOf(event.subject) === keyOf(resourceId));
  if (!letter) return undefined;
  return `Event Grid could not deliver the event of ${resourceId}: ${letter.reason} (last outcome: ${letter.lastDeliveryOutcome}).`;
}
