import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Answer } from '../orchestration/activity-table.ts';
import { createActivities } from '../orchestration/activities.ts';
import { answerOf } from '../orchestration/durable.ts';
import { activityNames } from '../orchestration/activity-table.ts';
import type { Composition } from './composition.ts';
import { log } from './log.ts';

/** Registers the table of activities. Each gets the durable client, to ask whether another instance runs. */
export function registerActivities(composition: Composition): void {
  const client = df.input.durableClient();
  for (const name of activityNames) {
    df.app.activity(name, {
      extraInputs: [client],
      handler: async (input: { request: { runId: string } }, context: InvocationContext): Promise<Answer<unknown>> => {
        const startedAt = performance.now();
        const fields = { run: input.request.runId, activity: name };
        try {
          const ports = await answerOf(() =>
            composition.ports(df.getClient(context), {
              warn: (message, fields) => log(context, 'warn', message, fields),
            }),
          );
          const answer = ports.ok ? await createActivities(ports.value)[name](input as never) : ports;
          const milliseconds = Math.round(performance.now() - startedAt);
          if (answer.ok) log(context, 'info', 'activity done', { ...fields, milliseconds });
          else
            log(context, 'warn', 'activity answered a failure', {
              ...fields,
              milliseconds,
              reason: answer.reason.code,
            });
          return answer;
        } catch (error) {
          const problem = error instanceof Error ? error.message.slice(0, 300) : String(error);
          log(context, 'warn', 'activity failed, to be tried again', { ...fields, problem });
          throw error;
        }
      },
    });
  }
}
