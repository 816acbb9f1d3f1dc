import type { Clock } from '../../clock.ts';
import type { HostRequest, HostResponse } from '../http/messages.ts';
import { jsonResponse } from '../http/messages.ts';
import { managementUrls } from './client-binding.ts';
import type { DurableAddress } from './client-binding.ts';
import type { Engine } from './engine.ts';
import { historyEvent } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { isFinished, isSuspended } from './hub.ts';
import type { Hub, Instance } from './hub.ts';
import { listInstances, purgeInstances } from './instances-api.ts';
import { badInstanceId, newId, newInstance } from './instance.ts';
import { statusView } from './status.ts';

export interface DurableApi {
  hub: Hub;
  engine: Engine;
  clock: Clock;
  address: DurableAddress;
  defaultVersion: string;
  /** The orchestrator's name as it is registered, or undefined. */
  findOrchestrator(name: string): string | undefined;
}

type Call = (api: DurableApi, request: HostRequest, parts: string[]) => Promise<HostResponse> | HostResponse;

/** The calls on one instance: `instances/{id}/{action}`. */
const actions: Record<string, Call> = {
  raiseevent: raiseEvent,
  terminate: changeOf((reason, at) => historyEvent('ExecutionTerminated', at, { Input: reason }), undefined),
  suspend: changeOf((reason, at) => historyEvent('ExecutionSuspended', at, { Reason: reason }), 'suspend'),
  resume: changeOf((reason, at) => historyEvent('ExecutionResumed', at, { Reason: reason }), 'resume'),
  restart,
  rewind: () => problem(501, 'System.NotImplementedException', 'Rewind is not supported by the local Functions host.'),
};

/**
 * The durable extension's HTTP API, below its base (local-host.md 3.13).
 *
 * @param parts the decoded parts of the path below the base
 */
export async function answerDurable(api: DurableApi, request: HostRequest, parts: string[]): Promise<HostResponse> {
  const [collection = '', id, action] = parts;
  const { method } = request;
  if (collection.toLowerCase() === 'orchestrators' && id !== undefined && parts.length <= 3) {
    return method === 'POST' ? startNew(api, request, parts) : { status: 404 };
  }
  if (collection.toLowerCase() !== 'instances') return { status: 404 };
  if (id === undefined) {
    if (method === 'GET') return listInstances(api.hub, request);
    return method === 'DELETE' ? purgeInstances(api.hub, api.engine, request) : { status: 404 };
  }
  if (action !== undefined) {
    const call = method === 'POST' ? actions[action.toLowerCase()] : undefined;
    return call === undefined ? { status: 404 } : call(api, request, parts);
  }
  if (method === 'GET' && parts.length === 2) return getStatus(api, request, id);
  return method === 'DELETE' ? purge(api, id) : { status: 404 };
}

async function startNew(api: DurableApi, request: HostRequest, [, name = '', id]: string[]): Promise<HostResponse> {
  const instanceId = id ?? newId();
  const orchestrator = api.findOrchestrator(name);
  if (orchestrator === undefined) {
    return badArgument(`The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`);
  }
  const refusal = badInstanceId(instanceId);
  if (refusal !== undefined) return badArgument(refusal);
  const text = request.body.toString('utf8');
  const input = text === '' ? null : normalise(text);
  if (input === undefined) return badArgument('The request body is not valid JSON.');
  const version = request.url.searchParams.get('version') ?? api.defaultVersion;
  return start(api, { instanceId, name: orchestrator, version, input });
}

interface Start {
  instanceId: string;
  name: string;
  version: string;
  input: string | null;
}

async function start(api: DurableApi, wanted: Start): Promise<HostResponse> {
  const existing = api.hub.instances.get(wanted.instanceId);
  if (existing !== undefined && !isFinished(existing)) {
    const message = `An Orchestration instance with the status ${existing.runtimeStatus} already exists.`;
    return problem(500, 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException', message);
  }
  await api.engine.create(newInstance({ ...wanted, parent: null, now: api.clock.now() }));
  const links = managementUrls(api.address, wanted.instanceId);
  const headers = { Location: links.statusQueryGetUri, 'Retry-After': '10' };
  return jsonResponse(202, { id: wanted.instanceId, ...links }, headers);
}

function normalise(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function getStatus(api: DurableApi, { url }: HostRequest, id: string): HostResponse {
  const instance = api.hub.instances.get(id);
  if (instance === undefined) return { status: 404 };
  const is = (name: string) => url.searchParams.get(name)?.toLowerCase() === 'true';
  const view = statusView(instance, {
    showInput: url.searchParams.get('showInput')?.toLowerCase() !== 'false',
    showHistory: is('showHistory'),
    showHistoryOutput: is('showHistoryOutput'),
  });
  if (!isFinished(instance)) {
    const { statusQueryGetUri } = managementUrls(api.address, id);
    return jsonResponse(202, view, { Location: statusQueryGetUri, 'Retry-After': '5' });
  }
  const failed = instance.runtimeStatus === 'Failed' && is('returnInternalServerErrorOnFailure');
  return jsonResponse(failed ? 500 : 200, view);
}

async function purge({ hub, engine }: DurableApi, id: string): Promise<HostResponse> {
  if (!hub.instances.has(id)) return { status: 404 };
  await engine.purge([id]);
  return jsonResponse(200, { instancesDeleted: 1 });
}

async function raiseEvent(api: DurableApi, request: HostRequest, parts: string[]): Promise<HostResponse> {
  const [, id = '', , name] = parts;
  if (name === undefined || parts.length > 4) return { status: 404 };
  return onUnfinished(api, id, async () => {
    if (!(request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json')) {
      return badArgument('Only application/json request content is supported');
    }
    const input = normalise(request.body.toString('utf8'));
    if (input === undefined) return badArgument('Invalid JSON content');
    await api.engine.send(id, historyEvent('EventRaised', api.clock.now(), { Name: name, Input: input }));
    return { status: 202 };
  });
}

function changeOf(toEvent: (reason: string, at: Date) => HistoryEvent, only: 'suspend' | 'resume' | undefined): Call {
  return (api, { url }, [, id = '']) =>
    onUnfinished(api, id, async (instance) => {
      const suspended = isSuspended(instance);
      if ((only === 'suspend' && suspended) || (only === 'resume' && !suspended)) {
        const state = suspended ? 'Suspended' : instance.runtimeStatus;
        const message = `Cannot ${only} orchestration instance in the ${state} state.`;
        return problem(500, 'System.InvalidOperationException', message);
      }
      await api.engine.send(id, toEvent(url.searchParams.get('reason') ?? '', api.clock.now()));
      return { status: 202 };
    });
}

async function onUnfinished(
  { hub }: DurableApi,
  id: string,
  action: (instance: Instance) => Promise<HostResponse>,
): Promise<HostResponse> {
  const instance = hub.instances.get(id);
  if (instance === undefined) return { status: 404 };
  return isFinished(instance) ? { status: 410 } : action(instance);
}

async function restart(api: DurableApi, { url }: HostRequest, [, id = '']: string[]): Promise<HostResponse> {
  const instance = api.hub.instances.get(id);
  if (instance === undefined) return { status: 404 };
  const keepsId = url.searchParams.get('restartWithNewInstanceId')?.toLowerCase() === 'false';
  const { name, version, input } = instance;
  return start(api, { instanceId: keepsId ? id : newId(), name, version, input });
}

function badArgument(message: string): HostResponse {
  const Message = 'One or more of the arguments submitted is incorrect';
  return problem(400, 'System.ArgumentException', message, Message);
}

function problem(
  status: number,
  ExceptionType: string,
  ExceptionMessage: string,
  Message = 'Something went wrong while processing your request',
): HostResponse {
  return jsonResponse(status, { Message, ExceptionMessage, ExceptionType, StackTrace: '' });
}
