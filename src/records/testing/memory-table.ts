import type { Columns, Row, Table } from '../table.ts';

/** A table without a service. `onWrite` is called before each write, and may throw as a crash would. */
export function memoryTable(onWrite: () => void = () => undefined): Table {
  const rows = new Map<string, Row>();
  let version = 0;
  const keyOf = (partitionKey: string, rowKey: string) => `${partitionKey}/${rowKey}`;

  function put(partitionKey: string, rowKey: string, columns: Columns): void {
    version += 1;
    const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
    const timestamp = new Date(version).toISOString();
    rows.set(keyOf(partitionKey, rowKey), { partitionKey, rowKey, etag: String(version), timestamp, columns: given });
  }

  return {
    prepare: () => Promise.resolve(),
    async create(partitionKey, rowKey, columns) {
      onWrite();
      const isNew = !rows.has(keyOf(partitionKey, rowKey));
      if (isNew) put(partitionKey, rowKey, columns);
      return isNew;
    },
    async read(partitionKey, rowKey) {
      return structuredClone(rows.get(keyOf(partitionKey, rowKey)));
    },
    async replace({ partitionKey, rowKey, etag }, columns) {
      onWrite();
      const isSame = rows.get(keyOf(partitionKey, rowKey))?.etag === etag;
      if (isSame) put(partitionKey, rowKey, columns);
      return isSame;
    },
    async merge(partitionKey, rowKey, columns) {
      onWrite();
      const before = rows.get(keyOf(partitionKey, rowKey))?.columns ?? {};
      const given = Object.entries(columns).filter(([, value]) => value !== undefined);
      put(partitionKey, rowKey, { ...(before as Columns), ...Object.fromEntries(given) });
    },
    async delete(partitionKey, rowKey) {
      onWrite();
      rows.delete(keyOf(partitionKey, rowKey));
    },
    async page({ partitionKey, equals = {} }) {
      const found = [...rows.values()].filter(
        (row) =>
          row.partitionKey === partitionKey &&
          Object.entries(equals).every(([column, value]) => value === undefined || row.columns[column] === value),
      );
      const ordered = found.toSorted((one, other) => one.rowKey.localeCompare(other.rowKey));
      return { rows: structuredClone(ordered), next: undefined };
    },
  };
}
