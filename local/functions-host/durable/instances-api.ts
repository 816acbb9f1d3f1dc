import type { HostRequest, HostResponse } from '../http/messages.ts';
import { jsonResponse } from '../http/messages.ts';
import type { Engine } from './engine.ts';
import { isFinished } from './hub.ts';
import type { Hub, Instance } from './hub.ts';
import { statusView } from './status.ts';

/** The page's length when the caller does not give `top`. */
const pageLength = 100;
const continuationHeader = 'x-ms-continuation-token';

/** `GET instances/`: those that match the query, by id, in pages. */
export function listInstances(hub: Hub, { url, headers }: HostRequest): HostResponse {
  const query = url.searchParams;
  const after = headers[continuationHeader];
  const last = after === undefined ? '' : Buffer.from(after, 'base64url').toString('utf8');
  const matching = [...hub.instances.values()]
    .filter((instance) => matches(instance, query) && instance.instanceId > last)
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const top = Number.parseInt(query.get('top') ?? '', 10);
  const page = matching.slice(0, top > 0 ? top : pageLength);
  const end = page.at(-1);
  const hasMore = matching.length > page.length && end !== undefined;
  const token = hasMore ? { [continuationHeader]: Buffer.from(end.instanceId).toString('base64url') } : {};
  const showInput = query.get('showInput')?.toLowerCase() !== 'false';
  const options = { showInput, showHistory: false, showHistoryOutput: false };
  const views = page.map((instance) => statusView(instance, options));
  return jsonResponse(200, views, token);
}

/** `DELETE instances/`: finished instances only; `createdTimeFrom` is required. */
export async function purgeInstances(hub: Hub, engine: Engine, { url }: HostRequest): Promise<HostResponse> {
  const from = Date.parse(url.searchParams.get('createdTimeFrom') ?? '');
  if (Number.isNaN(from)) {
    return jsonResponse(400, { Message: 'Please provide value for createdTimeFrom, as ISO 8601.' });
  }
  const doomed = [...hub.instances.values()].filter(
    (instance) => isFinished(instance) && matches(instance, url.searchParams),
  );
  if (doomed.length === 0) return { status: 404 };
  await engine.purge(doomed.map(({ instanceId }) => instanceId));
  return jsonResponse(200, { instancesDeleted: doomed.length });
}

function matches(instance: Instance, query: URLSearchParams): boolean {
  const created = Date.parse(instance.createdTime);
  const from = Date.parse(query.get('createdTimeFrom') ?? '');
  const to = Date.parse(query.get('createdTimeTo') ?? '');
  const statuses = (query.get('runtimeStatus') ?? '').toLowerCase().split(',').filter(Boolean);
  return (
    !(created < from) &&
    !(created > to) &&
    instance.instanceId.startsWith(query.get('instanceIdPrefix') ?? '') &&
    (statuses.length === 0 || statuses.includes(instance.runtimeStatus.toLowerCase()))
  );
}
