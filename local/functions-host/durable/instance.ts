import { randomUUID } from 'node:crypto';
import { historyEvent } from './history.ts';
import type { ParentInstance } from './history.ts';
import type { Instance } from './hub.ts';

export interface NewInstance {
  instanceId: string;
  name: string;
  version: string;
  /** JSON text, or null. */
  input: string | null;
  parent: ParentInstance | null;
  now: Date;
}

/** An instance that has not had its first turn: its start is a message in its inbox. */
export function newInstance({ instanceId, name, version, input, parent, now }: NewInstance): Instance {
  const executionId = newId();
  const started = historyEvent('ExecutionStarted', now, {
    Name: name,
    Input: input,
    Version: version,
    Tags: null,
    OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
    ParentInstance: parent,
  });
  return {
    instanceId,
    executionId,
    name,
    version,
    input,
    parent,
    runtimeStatus: 'Pending',
    output: null,
    customStatus: null,
    createdTime: now.toISOString(),
    lastUpdatedTime: now.toISOString(),
    history: [],
    inbox: [started],
  };
}

/** 32 hexadecimal digits, as the durable extension makes them for instances and executions. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** Why an instance id would be refused by the durable HTTP API, or undefined. */
export function badInstanceId(instanceId: string): string | undefined {
  if (instanceId.startsWith('@')) return 'Instance ids must not start with @.';
  if (instanceId.length > 256) return 'Instance ids must not be longer than 256 characters.';
  if (/[/\\#?\p{Cc}]/u.test(instanceId)) {
    return 'Instance ids must not contain /, \\, #, ? or control characters.';
  }
  return undefined;
}
