import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import type { Answer, Call, Stream } from './call.ts';
import type { KubernetesObject } from './objects.ts';
import { isObject, listAt, objectAt, textAt, valueAt } from './objects.ts';
import { badRequest, internalError, notFound, StatusError } from './status.ts';
import type { Store } from './store/store.ts';
import { storedOf } from './verbs/read.ts';

export interface PodLogs {
  read(call: Call): Promise<Answer | Stream>;
  close(): void;
}

interface Kubelet {
  host: string;
  port: number;
}

/** Wall milliseconds for the kubelet to begin its answer. */
const patience = 30_000;
const passedOn = ['follow', 'limitBytes', 'previous', 'sinceSeconds', 'sinceTime', 'tailLines', 'timestamps'];

/** `pods/{name}/log`, fetched from the kubelet that the pod's Node publishes; its certificate is verified. */
export function createPodLogs(store: Store, kubeletCa: string | undefined): PodLogs {
  const agent = new Agent({ keepAlive: true, ...(kubeletCa === undefined ? {} : { ca: kubeletCa }) });

  function kubeletOf(nodeName: string): Kubelet {
    const node = store.get('/nodes', '', nodeName);
    if (node === undefined) throw notFound({ group: '', plural: 'nodes' }, nodeName);
    const status = objectAt(node.object, 'status');
    const addresses = listAt(status, 'addresses').filter(isObject);
    const internal = addresses.find((address) => address['type'] === 'InternalIP');
    const port = valueAt(status, ['daemonEndpoints', 'kubeletEndpoint', 'Port']);
    if (internal === undefined) throw internalError(`no preferred addresses found; known addresses: []`);
    return { host: textAt(internal, 'address'), port: typeof port === 'number' ? port : 10250 };
  }

  function ask(kubelet: Kubelet, path: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { ...kubelet, path, agent, servername: '' };
      const request = httpsRequest(options, resolve);
      request.setTimeout(patience, () => request.destroy(new Error('i/o timeout')));
      request.on('error', (error) => {
        const url = `https://${kubelet.host}:${kubelet.port}${path}`;
        const reason = `Get "${url}": ${described(error, kubelet)}`;
        reject(new StatusError(500, 'InternalError', `Internal error occurred: ${reason}`, { causes: [] }));
      });
      request.end();
    });
  }

  async function read(call: Call): Promise<Answer | Stream> {
    const pod = storedOf(store, call).object;
    const container = containerOf(pod, call.info.query.get('container') ?? '');
    const nodeName = textAt(objectAt(pod, 'spec'), 'nodeName');
    if (nodeName === '') return { code: 200, body: '', contentType: 'text/plain' };
    const { namespace = '', name } = pod.metadata;
    const path = `/containerLogs/${namespace}/${name}/${container}${queryOf(call.info.query)}`;
    const answer = await ask(kubeletOf(nodeName), path);
    if (answer.statusCode !== 200) throw await kubeletFailure(answer, call);
    return {
      stream(response) {
        response.writeHead(200, { 'Content-Type': 'text/plain' });
        answer.on('error', () => response.destroy());
        response.on('close', () => answer.destroy());
        answer.pipe(response);
      },
    };
  }

  return { read, close: () => agent.destroy() };
}

function described(error: Error, kubelet: Kubelet): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return `dial tcp ${kubelet.host}:${kubelet.port}: connect: connection refused`;
  return error.message;
}

function containerOf(pod: KubernetesObject, asked: string): string {
  const { name } = pod.metadata;
  const spec = objectAt(pod, 'spec');
  const names = ['containers', 'initContainers', 'ephemeralContainers'].map((list) =>
    listAt(spec, list).map((item) => textAt(item, 'name')),
  );
  const [containers = [], initContainers = []] = names;
  if (asked !== '') {
    if (names.flat().includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only] = containers;
  if (only !== undefined && containers.length === 1) return only;
  throw containerNeeded(name, containers, initContainers);
}

function containerNeeded(pod: string, containers: readonly string[], initContainers: readonly string[]): StatusError {
  const init = initContainers.length === 0 ? '' : ` or one of the init containers: [${initContainers.join(' ')}]`;
  const choice = `choose one of: [${containers.join(' ')}]${init}`;
  return badRequest(`a container name must be specified for pod ${pod}, ${choice}`);
}

function queryOf(query: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const key of passedOn) {
    const value = query.get(key);
    const said = value !== null && value !== '' && value !== 'false';
    if (said) kept.set(key, value);
  }
  const text = kept.toString();
  return text === '' ? '' : `?${text}`;
}

/** What the kubelet refuses is passed on in a Status. */
async function kubeletFailure(answer: IncomingMessage, call: Call): Promise<StatusError> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk);
  const code = answer.statusCode ?? 500;
  const reason = code === 404 ? 'NotFound' : code === 400 ? 'BadRequest' : 'InternalError';
  const details = { name: call.info.name, kind: 'pods/log' };
  return new StatusError(code, reason, text.trim() || `the kubelet answered ${code}`, details);
}
