/** Where the durable HTTP API of this host is, and what it asks of a caller. */
export interface DurableAddress {
  /** For people and webhooks, without a slash at the end. */
  baseUrl: string;
  /** For the SDK in this process, with a slash at the end: secret, and without a key. */
  rpcBaseUrl: string;
  hubName: string;
  /** The key that links carry, if any. */
  key: string | undefined;
}

/** What the SDK replaces by an instance's id. */
const idPlaceholder = 'INSTANCEID';

/** The data of a `durableClient` input binding (local-host.md 3.7). */
export function clientBinding(address: DurableAddress): string {
  const { baseUrl, rpcBaseUrl, hubName } = address;
  const code = requiredQuery(address);
  const orchestrators = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: hubName,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: withQuery(orchestrators, [code]),
      createAndWaitOnNewInstancePostUri: withQuery(orchestrators, [
        'timeout={timeoutInSeconds}',
        'pollingInterval={intervalInSeconds}',
        code,
      ]),
    },
    managementUrls: {
      id: idPlaceholder,
      ...managementUrls(address, idPlaceholder),
      rewindPostUri: instanceUrl(address, idPlaceholder, '/rewind', 'reason={text}'),
    },
    baseUrl,
    requiredQueryStringParameters: code,
    rpcBaseUrl,
    httpBaseUrl: null,
  });
}

/** The links of one instance, as every answer of the durable API gives them. */
export function managementUrls(address: DurableAddress, instanceId: string) {
  return {
    statusQueryGetUri: instanceUrl(address, instanceId, ''),
    sendEventPostUri: instanceUrl(address, instanceId, '/raiseEvent/{eventName}'),
    terminatePostUri: instanceUrl(address, instanceId, '/terminate', 'reason={text}'),
    purgeHistoryDeleteUri: instanceUrl(address, instanceId, ''),
    restartPostUri: instanceUrl(address, instanceId, '/restart'),
    suspendPostUri: instanceUrl(address, instanceId, '/suspend', 'reason={text}'),
    resumePostUri: instanceUrl(address, instanceId, '/resume', 'reason={text}'),
  };
}

function instanceUrl(address: DurableAddress, instanceId: string, action: string, query = ''): string {
  const { baseUrl, hubName } = address;
  const hub = [`taskHub=${hubName}`, 'connection=Storage'];
  return withQuery(`${baseUrl}/instances/${instanceId}${action}`, [query, ...hub, requiredQuery(address)]);
}

function requiredQuery({ key }: DurableAddress): string {
  return key === undefined ? '' : `code=${encodeURIComponent(key)}`;
}

function withQuery(url: string, parts: string[]): string {
  const query = parts.filter((part) => part !== '').join('&');
  return query === '' ? url : `${url}?${query}`;
}
