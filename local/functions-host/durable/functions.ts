import { triggerOf } from '../app-loader.ts';
import type { RegisteredFunction } from '../functions-core.ts';
import { toError } from '../invocation.ts';
import type { Invoke } from '../invocation.ts';
import type { Log } from '../log.ts';
import { toValue } from '../typed-data.ts';
import { readAnswer, readFailure } from './actions.ts';
import { activityFailure, activityInput, missingFunction } from './activity.ts';
import type { DurableFunctions } from './engine.ts';

/** The app's orchestrators and activities, as the engine reaches them. Names know no case, as on Azure. */
export function durableFunctions(
  functions: ReadonlyMap<string, RegisteredFunction>,
  invoke: Invoke,
  log: Log,
): DurableFunctions {
  function find(name: string, triggerType: string): RegisteredFunction | undefined {
    const registered = functions.get(name.toLowerCase());
    return registered !== undefined && triggerOf(registered).type === triggerType ? registered : undefined;
  }

  return {
    hasOrchestrator: (name) => find(name, 'orchestrationtrigger') !== undefined,
    async runOrchestrator(name, trigger) {
      const orchestrator = find(name, 'orchestrationtrigger');
      if (orchestrator === undefined) {
        return { isDone: false, actions: [], error: missingFunction('Orchestrator', name).Reason };
      }
      try {
        const { returnValue } = await invoke({ function: orchestrator, trigger: { string: trigger } });
        return readAnswer(returnValue?.json ?? '');
      } catch (error) {
        return readFailure(toError(error).message);
      }
    },
    async runActivity(instanceId, { Name, Input }) {
      const activity = find(Name, 'activitytrigger');
      if (activity === undefined) {
        const failure = missingFunction('Activity', Name);
        log('error', `${failure.Reason} The instance ${instanceId} called it; on Azure it would hang for ever.`);
        return { ok: false, ...failure };
      }
      try {
        const { returnValue } = await invoke({
          function: activity,
          trigger: activityInput(Input),
          triggerMetadata: { instanceId: { string: instanceId } },
        });
        const value = toValue(returnValue);
        return { ok: true, result: value === undefined || value === null ? null : JSON.stringify(value) };
      } catch (error) {
        return { ok: false, ...activityFailure(activity.metadata.name, toError(error)) };
      }
    },
  };
}
