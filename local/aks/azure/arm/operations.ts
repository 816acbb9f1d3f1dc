import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../clock.ts';

/** A long-running operation as its status URL answers it. */
export interface Operation {
  name: string;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  startTime: string;
  endTime?: string;
  error?: { code: string; message: string };
}

/** The operations of one simulated Azure; a status outlives the resource it was about. */
export function createOperations(clock: Clock) {
  const operations = new Map<string, Operation>();
  return {
    find: (name: string): Operation | undefined => operations.get(name),
    start(): Operation {
      const operation: Operation = { name: randomUUID(), status: 'InProgress', startTime: clock.now().toISOString() };
      operations.set(operation.name, operation);
      return operation;
    },
    succeed(operation: Operation): void {
      Object.assign(operation, { status: 'Succeeded', endTime: clock.now().toISOString() });
    },
    cancel(operation: Operation): void {
      Object.assign(operation, { status: 'Canceled', endTime: clock.now().toISOString() });
    },
    fail(operation: Operation, code: string, message: string): void {
      Object.assign(operation, { status: 'Failed', endTime: clock.now().toISOString(), error: { code, message } });
    },
  };
}
