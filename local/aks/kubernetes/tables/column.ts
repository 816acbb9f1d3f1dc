import type { Json, KubernetesObject } from '../objects.ts';
import { isObject } from '../objects.ts';

export interface Column {
  name: string;
  type: string;
  format?: string;
  description?: string;
  /** Above 0: shown with `-o wide` only. */
  priority?: number;
  cell(object: KubernetesObject, now: Date): Json;
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  cell: (object) => object.metadata.name,
};

export function text(name: string, cell: Column['cell'], priority = 0): Column {
  return { name, type: 'string', priority, cell };
}

export function integer(name: string, cell: Column['cell'], priority = 0): Column {
  return { name, type: 'integer', priority, cell };
}

/** `a=b,c=d`, or `<none>`. */
export function pairs(value: Json | undefined): string {
  if (!isObject(value)) return '<none>';
  const shown = Object.entries(value).map(
    ([key, item]) => `${key}=${typeof item === 'string' ? item : JSON.stringify(item)}`,
  );
  return shown.length === 0 ? '<none>' : shown.sort().join(',');
}

export function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}
