import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../reasons.ts';
import type { RunRecord } from '../records/records.ts';
import { runFinishedEvent } from './run-finished-event.ts';

const run: RunRecord = {
  id: '01a20a7e-f32e-754d-97c7-e3e7af642fd1',
  action: 'enable',
  source: 'event',
  cluster: { resourceId: '/subscriptions/1/x', subscriptionId: '1', resourceGroup: 'shop', name: 'blue' },
  instanceId: 'aks-0123',
  state: 'finished',
  outcome: 'undone',
  era: 'E4',
  procedure: 'coexist',
  reasons: [reason('PROOF_DISPROVEN', { evidence: 'node one' })],
  notices: [reason('KUBE_PROXY_KEPT')],
  proof: { lines: ['a long proof'] },
  requestedAt: '2026-11-22T10:00:00.000Z',
  finishedAt: '2026-11-22T10:03:00.000Z',
  updatedAt: '2026-11-22T10:03:00.000Z',
};

describe('the event of a finished run', () => {
  it('names the run, its cluster and what it came to', () => {
    assert.deepEqual(runFinishedEvent(run), {
      id: run.id,
      type: 'AksEbpfAutopilot.RunFinished',
      source: '/aks-ebpf-autopilot',
      subject: '/subscriptions/1/x',
      time: new Date('2026-11-22T10:03:00.000Z'),
      datacontenttype: 'application/json',
      data: {
        runId: run.id,
        action: 'enable',
        source: 'event',
        cluster: run.cluster,
        outcome: 'undone',
        reasons: run.reasons,
        notices: run.notices,
        era: 'E4',
        procedure: 'coexist',
        requestedAt: run.requestedAt,
        finishedAt: run.finishedAt,
      },
    });
  });

  it('says that it does not know what the run did not come to know', () => {
    const { era: _, procedure: __, ...refused } = run;
    const { data } = runFinishedEvent({ ...refused, outcome: undefined, finishedAt: undefined });
    assert.deepEqual([data?.era, data?.procedure, data?.outcome, data?.finishedAt], [null, null, null, null]);
  });
});
