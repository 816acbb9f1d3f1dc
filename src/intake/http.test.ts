import type { HttpRequest } from '@azure/functions';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../reasons.ts';
import type { ReasonCode } from '../reasons.ts';
import { readStartRequest } from './http.ts';

const params = { subscriptionId: '11111111-2222-4333-8444-555555555555', resourceGroup: 'shop', name: 'blue' };

function request(
  body: string | Uint8Array | undefined,
  route: object = params,
): Parameters<typeof readStartRequest>[0] {
  const { body: stream, headers } = new Request('https://localhost/', { method: 'POST', body: body ?? null });
  return { body: stream, headers, params: route };
}

async function refusal(given: Parameters<typeof readStartRequest>[0]): Promise<{ code: ReasonCode; message: string }> {
  const error: unknown = await readStartRequest(given).then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  );
  assert(error instanceof Failure);
  assert.equal(error.kind, 'permanent');
  return error.reason;
}

describe('a request to start a run', () => {
  for (const action of ['enable', 'disable', 'plan', 'verify'] as const) {
    it(`asks for ${action}`, async () => {
      const read = await readStartRequest(request(JSON.stringify({ action })), 'cli', new Date(0));
      assert.deepEqual([read.action, read.source, read.cluster.name], [action, 'cli', 'blue']);
      assert.deepEqual([read.requestedAt, read.runId.slice(0, 13)], ['1970-01-01T00:00:00.000Z', '00000000-0000']);
    });
  }

  it('is what the Functions host hands over', () => {
    const read: (request: HttpRequest) => unknown = (given) => readStartRequest(given);
    assert.equal(typeof read, 'function');
  });

  for (const [body, code, told] of [
    [undefined, 'NOT_JSON', 'it is empty'],
    ['', 'NOT_JSON', 'it is empty'],
    ['  \n', 'NOT_JSON', 'it is empty'],
    ['{"action":', 'NOT_JSON', 'it cannot be parsed'],
    ['{"action":"enable"} x', 'NOT_JSON', 'at position 20'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'NOT_JSON', 'it is not UTF-8'],
    ['"enable"', 'INVALID_REQUEST', 'the body is not an object'],
    ['null', 'INVALID_REQUEST', 'the body is not an object'],
    ['[{"action":"enable"}]', 'INVALID_REQUEST', 'the body is not an object'],
    ['{}', 'INVALID_REQUEST', 'action is not one of enable, disable, plan, verify'],
    ['{"action":7}', 'INVALID_REQUEST', 'action is not one of enable, disable, plan, verify'],
    ['{"action":"destroy"}', 'INVALID_REQUEST', 'action is not one of enable, disable, plan, verify'],
    ['{"action":"enable","force":true,"x\\u001b":1}', 'INVALID_REQUEST', 'fields that are not known: "force", "x?"'],
    ['{"__proto__":{"action":"enable"}}', 'INVALID_REQUEST', 'action is not one of'],
    ['x'.repeat(65_537), 'BODY_TOO_LARGE', 'more than 65536'],
  ] as const) {
    it(`is refused with ${code}: ${told}`, async () => {
      const { code: refused, message } = await refusal(request(body));
      assert.deepEqual([refused, message.includes(told)], [code, true], message);
    });
  }

  it('repeats nothing of a body that is no JSON', async () => {
    for (const body of ['planted-secret', '{"a":"planted-secret"', '{"planted-secret"}']) {
      assert.doesNotMatch((await refusal(request(body))).message, /planted/);
    }
  });

  it('reads a body of the longest size, and no byte of one that is announced as longer', async () => {
    assert.equal((await readStartRequest(request(`{"action":"plan"${' '.repeat(65_519)}}`))).action, 'plan');
    const headers = new Headers({ 'content-length': '2097152' });
    let chunks = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      chunks += 1;
      yield new Uint8Array(1);
    }
    assert.match((await refusal({ headers, params, body: body() })).message, /2097152 bytes/);
    assert.equal(chunks, 0);
  });

  it('stops reading a body that is longer than announced', async () => {
    let chunks = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (;;) {
        chunks += 1;
        yield new Uint8Array(16_384);
      }
    }
    await refusal({ headers: new Headers({ 'content-length': '10' }), params, body: body() });
    assert.equal(chunks, 5);
  });

  for (const [route, told] of [
    [{ ...params, name: 'a/b' }, '"a/b" cannot be the name of a cluster'],
    [{ ...params, name: 'a#b' }, '"a#b" cannot be the name of a cluster'],
    [{ ...params, name: 'a?b' }, '"a?b" cannot be the name of a cluster'],
    [{ ...params, resourceGroup: 'a\u0000b' }, '"a?b" cannot be the name of a resource group'],
    [{ ...params, subscriptionId: '../..' }, 'the subscription "../.." is not a GUID'],
    [{}, 'the subscription "" is not a GUID'],
  ] as const) {
    it(`is refused: ${told}`, async () => {
      const { code, message } = await refusal(request('{"action":"enable"}', route));
      assert.deepEqual([code, message.includes(told)], ['INVALID_REQUEST', true], message);
    });
  }
});
