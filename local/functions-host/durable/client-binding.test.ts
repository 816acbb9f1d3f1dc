import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientBinding } from './client-binding.ts';

const baseUrl = 'http://localhost:7071/runtime/webhooks/durabletask';
const rpcBaseUrl = 'http://127.0.0.1:7071/durabletask/secret/';

test('the binding has the extension’s form: templates for people, a base for the SDK', () => {
  const binding = JSON.parse(clientBinding({ baseUrl, rpcBaseUrl, hubName: 'Hub', key: 'a/b' })) as Binding;

  const query = 'taskHub=Hub&connection=Storage&code=a%2Fb';
  assert.equal(
    binding.creationUrls['createNewInstancePostUri'],
    `${baseUrl}/orchestrators/{functionName}[/{instanceId}]?code=a%2Fb`,
  );
  assert.equal(binding.managementUrls['id'], 'INSTANCEID');
  assert.equal(
    binding.managementUrls['suspendPostUri'],
    `${baseUrl}/instances/INSTANCEID/suspend?reason={text}&${query}`,
  );
  assert.deepEqual(
    [binding.taskHubName, binding.rpcBaseUrl, binding.baseUrl, binding.requiredQueryStringParameters],
    ['Hub', rpcBaseUrl, baseUrl, 'code=a%2Fb'],
  );
});

test('without a key no link carries one', () => {
  assert.doesNotMatch(clientBinding({ baseUrl, rpcBaseUrl, hubName: 'Hub', key: undefined }), /code=/u);
});

interface Binding {
  taskHubName: string;
  baseUrl: string;
  rpcBaseUrl: string;
  requiredQueryStringParameters: string;
  creationUrls: Record<string, string>;
  managementUrls: Record<string, string>;
}
