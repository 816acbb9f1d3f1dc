import type { InvocationContext } from '@azure/functions';

/** One line of JSON: a constant message and the fields that vary. No body, claim, token or kubeconfig is a field. */
export function log(
  context: Pick<InvocationContext, 'info' | 'warn' | 'error'>,
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean | undefined>> = {},
): void {
  context[level](JSON.stringify({ message, ...fields }));
}
