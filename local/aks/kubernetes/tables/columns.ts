import type { Json } from '../objects.ts';
import type { PrinterColumn, Resource } from '../resources/resource.ts';
import type { Column } from './column.ts';
import { nameColumn } from './column.ts';
import { coreColumns } from './core-columns.ts';
import { ageOf } from './human-duration.ts';
import { valuesAt } from './json-path.ts';
import { age, workloadColumns } from './workload-columns.ts';

const builtInColumns = { ...coreColumns, ...workloadColumns };
const createdAt: Column = {
  ...age,
  name: 'Age',
  type: 'date',
};

export function columnsOf(resource: Resource): readonly Column[] {
  if (resource.custom === undefined) return builtInColumns[resource.kind] ?? [nameColumn, age];
  const { printerColumns } = resource.custom;
  return [nameColumn, ...(printerColumns.length === 0 ? [createdAt] : printerColumns.map(printerColumn))];
}

function printerColumn(column: PrinterColumn): Column {
  const { name, type, jsonPath } = column;
  return {
    name,
    type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority ?? 0,
    cell: (object, now) => shown(valuesAt(object, jsonPath), type, now),
  };
}

function shown(values: readonly Json[], type: string, now: Date): Json {
  const [first] = values;
  if (first === undefined) return null;
  if (type === 'date') return ageOf(first, now);
  if (type === 'string') return typeof first === 'string' ? first : JSON.stringify(first);
  return first;
}
