import type { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { codeOf, storeError } from './store-unavailable.ts';

/** Columns of a row beside its keys; undefined: not written. */
export type Columns = Record<string, string | number | boolean | undefined>;

export interface Row {
  partitionKey: string;
  rowKey: string;
  /** Changes with every write of the row. */
  etag: string;
  /** The table service's time of the last write, ISO 8601. */
  timestamp: string;
  columns: Record<string, unknown>;
}

export interface RowPage {
  rows: Row[];
  /** Where the next page begins; undefined on the last one. */
  next: string | undefined;
}

/**
 * One table of Azure Table Storage. An answer that is not among the results is thrown: `StoreUnavailable` when
 * another try may help, a `Failure` when none does or when access is denied.
 */
export interface Table {
  /** Makes the table, or leaves the one that is there. */
  prepare(): Promise<void>;
  /** False: there is a row of that key, which is left as it is. */
  create(partitionKey: string, rowKey: string, columns: Columns): Promise<boolean>;
  read(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** Replaces the row that was read; false: it was changed or deleted since. */
  replace(row: Row, columns: Columns): Promise<boolean>;
  /** Makes the row or merges the columns into it. */
  merge(partitionKey: string, rowKey: string, columns: Columns): Promise<void>;
  /** Deletes the row where it is. */
  delete(partitionKey: string, rowKey: string): Promise<void>;
  /** One page of a partition in the order of the row keys; it may be short, even empty, and still have a next one. */
  page(
    query: { partitionKey: string; equals?: Columns; columns?: string[] },
    page: { size: number; from?: string | undefined },
  ): Promise<RowPage>;
}

/** A row travels in a fraction of it. */
const defaultTimeout = 15_000;

/**
 * Table `name` of the account at `endpoint` (https). The SDK is loaded with the first request; `timeout` is in
 * milliseconds of wall time for one try of one request.
 */
export function openTable(
  endpoint: string,
  name: string,
  credential: TokenCredential,
  timeout = defaultTimeout,
): Table {
  let opened: Promise<TableClient> | undefined;
  const open = () => (opened ??= connect(endpoint, name, credential, timeout));

  /** The answer, or `otherwise` when the table service says `code`. */
  async function answer<Value, Other>(
    request: (client: TableClient) => Promise<Value>,
    codes: readonly string[],
    otherwise: Other,
  ): Promise<Value | Other> {
    try {
      return await request(await open());
    } catch (error) {
      if (codes.includes(codeOf(error))) return otherwise;
      throw storeError(error, name);
    }
  }

  return {
    async prepare() {
      await answer((client) => client.createTable(), [], undefined);
    },
    create(partitionKey, rowKey, columns) {
      const entity = { ...columns, partitionKey, rowKey };
      return answer(async (client) => Boolean(await client.createEntity(entity)), ['EntityAlreadyExists'], false);
    },
    async read(partitionKey, rowKey) {
      const entity = await answer(
        (client) => client.getEntity(partitionKey, rowKey),
        ['ResourceNotFound', 'EntityNotFound'],
        undefined,
      );
      return entity === undefined ? undefined : rowOf(entity);
    },
    replace({ partitionKey, rowKey, etag }, columns) {
      const entity = { ...columns, partitionKey, rowKey };
      return answer(
        async (client) => Boolean(await client.updateEntity(entity, 'Replace', { etag })),
        ['UpdateConditionNotSatisfied', 'ConditionNotMet', 'ResourceNotFound', 'EntityNotFound'],
        false,
      );
    },
    async merge(partitionKey, rowKey, columns) {
      const entity = { ...columns, partitionKey, rowKey };
      await answer((client) => client.upsertEntity(entity, 'Merge'), [], undefined);
    },
    async delete(partitionKey, rowKey) {
      const gone = ['ResourceNotFound', 'EntityNotFound'];
      await answer((client) => client.deleteEntity(partitionKey, rowKey), gone, undefined);
    },
    async page({ partitionKey, equals = {}, columns }, { size, from }) {
      const { odata } = await import('@azure/data-tables');
      const conditions = Object.entries({ PartitionKey: partitionKey, ...equals }).filter(
        ([, value]) => value !== undefined,
      );
      const filter = conditions.map(([column, value]) => odata`${column} eq ${value}`).join(' and ');
      const page = await answer(
        async (client) => {
          const queryOptions = columns === undefined ? { filter } : { filter, select: columns };
          const settings = from === undefined ? {} : { continuationToken: from };
          const pages = client.listEntities({ queryOptions }).byPage({ maxPageSize: size, ...settings });
          return (await pages.next()).value;
        },
        [],
        undefined,
      );
      return { rows: (page ?? []).map(rowOf), next: page?.continuationToken };
    },
  };
}

/** Every row of a partition, in the order of the row keys. */
export async function allRows(table: Table, partitionKey: string): Promise<Row[]> {
  const rows: Row[] = [];
  let from: string | undefined;
  do {
    const page = await table.page({ partitionKey }, { size: 1000, from });
    rows.push(...page.rows);
    from = page.next;
  } while (from !== undefined);
  return rows;
}

async function connect(
  endpoint: string,
  name: string,
  credential: TokenCredential,
  timeout: number,
): Promise<TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  return new TableClient(endpoint, name, credential, {
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'requestTimeout',
          sendRequest(request, next) {
            request.timeout = timeout;
            return next(request);
          },
        },
      },
    ],
  });
}

function rowOf(entity: Record<string, unknown>): Row {
  const { partitionKey, rowKey, etag, timestamp, ...columns } = entity;
  return {
    partitionKey: String(partitionKey),
    rowKey: String(rowKey),
    etag: String(etag),
    timestamp: String(timestamp),
    columns,
  };
}
