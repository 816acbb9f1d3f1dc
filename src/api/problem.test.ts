import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason, reasonTable } from '../reasons.ts';
import type { ReasonCode } from '../reasons.ts';
import { problem, problemResponse } from './problem.ts';
import { problemSchema } from './schemas.ts';

describe('a problem', () => {
  for (const code of Object.keys(reasonTable) as ReasonCode[]) {
    it(`can be made of ${code}`, () => {
      const document = problem(reason(code), { instance: '/api/runs', run: 'abc' });
      assert.deepEqual(problemSchema.parse(document), document);
    });
  }

  it('says what happened, where and what to do', () => {
    assert.deepEqual(problem(reason('RUN_NOT_FOUND', { run: 'abc' }), { instance: '/api/runs/abc' }), {
      type: 'urn:aks-ebpf-autopilot:reason:RUN_NOT_FOUND',
      title: 'Run not found',
      status: 404,
      detail: 'There is no run abc.',
      instance: '/api/runs/abc',
      code: 'RUN_NOT_FOUND',
      remedy: 'List the runs with GET /api/runs.',
    });
  });

  it('leads to the run that is in the way', () => {
    const { status, headers, body } = problemResponse(reason('RUN_IN_PROGRESS'), { run: 'abc' });
    assert.deepEqual([status, headers['location']], [409, '/api/runs/abc']);
    assert.equal((JSON.parse(body) as { run: string }).run, '/api/runs/abc');
  });

  it('is never cached, and says when to ask again where that helps', () => {
    const { status, headers } = problemResponse(reason('STORE_UNAVAILABLE', { problem: 'x' }));
    assert.deepEqual(
      [status, headers],
      [503, { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '60' }],
    );
    assert.equal(problemResponse(reason('INVALID_REQUEST')).headers['retry-after'], undefined);
  });

  it('is a fault of the app when it is made of a notice', () => {
    assert.equal(problemResponse(reason('KUBE_PROXY_KEPT')).status, 500);
  });
});
