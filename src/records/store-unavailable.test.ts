import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../reasons.ts';
import { StoreUnavailable, storeError } from './store-unavailable.ts';

function restError(statusCode: number | undefined, code: string | undefined): Error {
  const details = code === undefined ? undefined : { odataError: { code } };
  return Object.assign(new Error('the whole answer, with planted things'), { name: 'RestError', statusCode, details });
}

describe('an answer of the table service that nobody expects', () => {
  for (const [status, code] of [
    [500, 'InternalError'],
    [503, 'ServerBusy'],
    [404, 'TableNotFound'],
    [429, undefined],
  ] as const) {
    it(`${status} may be another one next time`, () => {
      const error = storeError(restError(status, code), 'runs');
      assert(error instanceof StoreUnavailable);
      assert.equal(error.reason.code, 'STORE_UNAVAILABLE');
      assert.equal(error.message, `The records cannot be reached: table runs: ${code ?? 'HTTP 429'}.`);
    });
  }

  it('is told by the code of the network where there was none', () => {
    const error = storeError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'runs');
    assert(error instanceof StoreUnavailable);
    assert.match(error.message, /table runs: ECONNREFUSED/);
    assert.match(storeError(new RangeError('x'), 'runs').message, /table runs: RangeError/);
  });

  for (const status of [401, 403]) {
    it(`${status} is a role that is missing, or not yet known`, () => {
      const error = storeError(restError(status, 'AuthorizationPermissionMismatch'), 'runs');
      assert(error instanceof Failure);
      assert.deepEqual([error.kind, error.reason.code], ['denied', 'STORE_UNAVAILABLE']);
    });
  }

  for (const status of [400, 413]) {
    it(`${status} is a fault of the app`, () => {
      const error = storeError(restError(status, 'InvalidInput'), 'runs');
      assert(error instanceof Failure);
      assert.deepEqual([error.kind, error.reason.code], ['permanent', 'INTERNAL']);
    });
  }

  it('repeats nothing of request and answer', () => {
    for (const status of [undefined, 400, 403, 500]) {
      assert.doesNotMatch(storeError(restError(status, 'Code'), 'runs').message, /planted/);
    }
  });
});
