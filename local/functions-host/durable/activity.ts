import type { Failure } from './history.ts';
import type { TypedData } from '../typed-data.ts';

export type ActivityOutcome = { ok: true; result: string | null } | ({ ok: false } & Failure);

/** An activity's input as the worker gets it, from the text in the history (local-host.md 3.12). */
export function activityInput(historyText: string): TypedData {
  const [value] = JSON.parse(historyText) as [unknown];
  if (value === null || value === undefined) return {};
  return { string: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** A failure with the very text that Azure's host makes of it, two blanks and all (local-host.md 3.12). */
export function activityFailure(name: string, error: Error): Failure {
  const { message, stack = '' } = error;
  return {
    Reason: `Activity function '${name}' failed:  ${message}`,
    Details: JSON.stringify({
      $type: 'System.Exception, System.Private.CoreLib',
      ClassName: 'System.Exception',
      Message: ` ${message}`,
      Data: null,
      InnerException: {
        $type: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script',
        IsUserException: false,
        RemoteStackTrace: stack,
        RemoteMessage: message,
        RemoteTypeName: null,
        Message: `Result: Failure\nType: \nException: ${message}\nStack: ${stack}`,
        Data: {},
        InnerException: null,
        HelpLink: null,
        Source: null,
        HResult: -2146233088,
        StackTrace: null,
      },
      HelpURL: null,
      StackTraceString: null,
      RemoteStackTraceString: null,
      RemoteStackIndex: 0,
      ExceptionMethod: null,
      HResult: -2146233088,
      Source: null,
      WatsonBuckets: null,
    }),
  };
}

/** On Azure the orchestration would hang for ever; here it fails, so that the mistake is seen. */
export function missingFunction(kind: 'Activity' | 'Orchestrator', name: string): Failure {
  const reason = `${kind} function '${name}' does not exist.`;
  return { Reason: reason, Details: `Message: ${reason}, StackTrace: ` };
}
