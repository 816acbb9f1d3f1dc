import * as df from 'durable-functions';
import { readEvents } from '../intake/event.ts';
import { instanceId } from '../intake/instance-id.ts';
import type { Composition } from './composition.ts';
import { liveRun, startInstance } from './instances.ts';
import { log } from './log.ts';

/**
 * Every write to a cluster raises this event. What is malformed or not about a cluster is logged and acknowledged:
 * an error would bring it back for 24 hours. A duplicate of a live run ends here, one of a finished run in its claim.
 */
export function registerClusterWritten(composition: Composition): void {
  df.app.client.eventGrid('clusterWritten', {
    handler: async (event, client, context) => {
      for (const read of readEvents(event)) {
        if (read.kind === 'ignored') {
          log(context, 'warn', 'event ignored', { reason: read.reason });
          continue;
        }
        const { request } = read;
        const instance = instanceId(request);
        const fields = { run: request.runId, cluster: request.cluster.resourceId, event: request.eventId };
        const live = await liveRun(client, instance);
        const started = live
          ? 'live'
          : await startInstance(client, instance, { request, settings: composition.runSettings });
        if (started === 'live') log(context, 'info', 'event is a duplicate of a live run', { ...fields, live });
        else log(context, 'info', 'run started', fields);
      }
    },
  });
}
