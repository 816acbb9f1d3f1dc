import type { GridEvent } from './events.ts';

/** A subscription's filter, as far as Event Grid's goes here; comparisons ignore the case. */
export interface EventFilter {
  includedEventTypes?: readonly string[];
  subjectBeginsWith?: string;
  advancedFilters?: readonly StringInFilter[];
}

export interface StringInFilter {
  operatorType: 'StringIn';
  /** A path into the event, such as `data.operationName`. */
  key: string;
  values: readonly string[];
}

/** Every write to a managed cluster and nothing else (azure.md a5). */
export const clusterWrites: EventFilter = {
  includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess'],
  advancedFilters: [
    {
      operatorType: 'StringIn',
      key: 'data.operationName',
      values: ['Microsoft.ContainerService/managedClusters/write'],
    },
  ],
};

export function passes(event: GridEvent, filter: EventFilter): boolean {
  const { includedEventTypes, subjectBeginsWith = '', advancedFilters = [] } = filter;
  return (
    (includedEventTypes === undefined || contains(includedEventTypes, event.eventType)) &&
    event.subject.toLowerCase().startsWith(subjectBeginsWith.toLowerCase()) &&
    advancedFilters.every(({ key, values }) => contains(values, valueAt(event, key)))
  );
}

function contains(values: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && values.some((candidate) => candidate.toLowerCase() === value.toLowerCase());
}

function valueAt(event: GridEvent, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        Object.entries(value ?? {}).find(([candidate]) => candidate.toLowerCase() === name.toLowerCase())?.[1],
      event,
    );
}
