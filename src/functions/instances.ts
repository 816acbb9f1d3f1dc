import { OrchestrationRuntimeStatus, type DurableClient } from 'durable-functions';
import type { RunInput } from '../orchestration/activity-table.ts';

/** The one orchestration; its name stands in the histories of runs in flight. */
export const orchestrationName = 'run';

const live: ReadonlySet<OrchestrationRuntimeStatus> = new Set([
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.ContinuedAsNew,
  OrchestrationRuntimeStatus.Suspended,
]);

/** The run that an instance is carrying out now; undefined: none. */
export async function liveRun(client: DurableClient, instanceId: string): Promise<string | undefined> {
  let status;
  try {
    status = await client.getStatus(instanceId, { showInput: true });
  } catch (error) {
    // An instance that never was is told by an error with this text (azure.md c4).
    if (error instanceof Error && /\bHTTP 404\b/.test(error.message)) return undefined;
    throw error;
  }
  if (!live.has(status.runtimeStatus)) return undefined;
  const input = status.input as RunInput | null;
  return input?.request.runId ?? instanceId;
}

/** Starts the instance; `live` where one runs already: 409, or 500 with these words from older hosts (azure.md c4). */
export async function startInstance(
  client: DurableClient,
  instanceId: string,
  input: RunInput,
): Promise<'started' | 'live'> {
  try {
    await client.startNew(orchestrationName, { instanceId, input });
    return 'started';
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (/status code: 409|OrchestrationAlreadyExistsException|already exists/.test(text)) return 'live';
    throw error;
  }
}
