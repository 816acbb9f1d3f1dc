import { app, type HttpResponseInit } from '@azure/functions';
import * as df from 'durable-functions';
import type { DurableClient } from 'durable-functions';
import { setTimeout } from 'node:timers/promises';
import { problemResponse } from '../api/problem.ts';
import { acceptedDocument, runDocument, runListDocument } from '../api/run-document.ts';
import { readRunsQuery } from '../api/runs-query.ts';
import { readStartRequest } from '../intake/http.ts';
import { instanceId } from '../intake/instance-id.ts';
import { queuedRun } from '../orchestration/run-activities.ts';
import { Failure, reason } from '../reasons.ts';
import type { Composition } from './composition.ts';
import { liveRun, startInstance } from './instances.ts';
import { log } from './log.ts';
import { respond } from './respond.ts';

/** HTTP: start a run on a named cluster, read one run, list runs. Durable's own URLs never leave the app. */
export function registerRuns(composition: Composition): void {
  df.app.client.http('startRun', {
    methods: ['POST'],
    authLevel: 'function',
    route: 'clusters/{subscriptionId}/{resourceGroup}/{name}/runs',
    handler: (request, client, context) =>
      respond(request, context, async () => {
        const runRequest = await readStartRequest(request);
        const input = { request: runRequest, settings: composition.runSettings };
        const instance = instanceId(runRequest);
        await refuseUnknownCluster(composition, runRequest.cluster);
        const live = await untilEnded(composition, client, instance);
        if (live) return inProgress(live, runRequest.cluster.name);
        const records = await composition.records();
        await records.queueRun(queuedRun(input, instance, runRequest.requestedAt));
        const started = await startInstance(client, instance, input).catch(async (error: unknown) => {
          // Nobody would ever end its record. Where it was started all the same, the run makes its row anew.
          await records.discardRun(runRequest.runId);
          throw error;
        });
        if (started === 'live') {
          await records.discardRun(runRequest.runId);
          return inProgress((await liveRun(client, instance)) ?? instance, runRequest.cluster.name);
        }
        log(context, 'info', 'run started', { run: runRequest.runId, cluster: runRequest.cluster.resourceId });
        const accepted = acceptedDocument(runRequest.runId);
        return json(202, accepted, { location: accepted.url });
      }),
  });
  app.http('readRun', {
    methods: ['GET'],
    authLevel: 'function',
    route: 'runs/{id}',
    handler: (request, context) =>
      respond(request, context, async () => {
        const id = request.params['id'] ?? '';
        const records = await composition.records();
        const [run, steps] = await Promise.all([records.readRun(id), records.readSteps(id)]);
        if (!run) throw new Failure('permanent', reason('RUN_NOT_FOUND', { run: id.slice(0, 40) }));
        return json(200, runDocument(run, steps));
      }),
  });
  app.http('listRuns', {
    methods: ['GET'],
    authLevel: 'function',
    route: 'runs',
    handler: (request, context) =>
      respond(request, context, async () => {
        const { filter, page } = readRunsQuery(request.query);
        const records = await composition.records();
        return json(200, runListDocument(await records.listRuns(filter, page)));
      }),
  });
}

/** Only "there is no such cluster" is an answer here; a run waits for access, and tries again what is transient. */
async function refuseUnknownCluster(
  composition: Composition,
  cluster: Parameters<Awaited<ReturnType<Composition['resourceManager']>>['managedCluster']>[0],
): Promise<void> {
  const resourceManager = await composition.resourceManager();
  await resourceManager.managedCluster(cluster).catch((error: unknown) => {
    if (error instanceof Failure && error.reason.code === 'CLUSTER_NOT_FOUND') throw error;
  });
}

/** Milliseconds of wall time that a run which is recorded as finished gets to end; what it still does is notices. */
const endingPatience = 5000;

/**
 * The run that an instance is carrying out. One whose record is finished, or that has none (a late event that will turn
 * out to be a duplicate), is waited for a moment, so that nobody is told of it.
 */
async function untilEnded(
  composition: Composition,
  client: DurableClient,
  instance: string,
): Promise<string | undefined> {
  const deadline = performance.now() + endingPatience;
  for (;;) {
    const live = await liveRun(client, instance);
    if (live === undefined || performance.now() > deadline) return live;
    const run = await (await composition.records()).readRun(live);
    if (run && run.state !== 'finished') return live;
    await setTimeout(100);
  }
}

function inProgress(run: string, cluster: string): HttpResponseInit {
  return problemResponse(reason('RUN_IN_PROGRESS', { run, cluster }), { run });
}

function json(status: number, document: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(document) };
}
