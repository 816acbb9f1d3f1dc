import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reason } from '../reasons.ts';
import type { RunRecord, StepRecord } from '../records/records.ts';
import { acceptedDocument, runDocument, runListDocument } from './run-document.ts';
import { acceptedSchema, runListSchema, runSchema } from './schemas.ts';

const queued: RunRecord = {
  id: '01a20a7e-f32e-754d-97c7-e3e7af642fd1',
  action: 'enable',
  source: 'event',
  cluster: { resourceId: '/subscriptions/1/x', subscriptionId: '1', resourceGroup: 'shop', name: 'blue' },
  instanceId: 'aks-0123',
  state: 'queued',
  reasons: [],
  notices: [],
  requestedAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
};
const finished: RunRecord = {
  ...queued,
  resourceUid: '6544',
  state: 'finished',
  outcome: 'enabled',
  era: 'E4',
  procedure: 'coexist',
  reasons: [reason('PROOF_INCOMPLETE', { evidence: 'one' })],
  notices: [reason('UNSUPPORTED_BY_MICROSOFT')],
  proof: { nodes: [{ name: 'one', proven: true }] },
  plan: ['Prepare Felix'],
  eventId: 'event-1',
  correlationId: 'correlation-1',
  startedAt: '2026-11-22T10:00:01.250Z',
  finishedAt: '2026-11-22T10:03:00.000Z',
  updatedAt: '2026-11-22T10:03:00.000Z',
};
const step: StepRecord = {
  number: 1,
  id: 'felix-configuration',
  title: 'Prepare Felix',
  phase: 'enable',
  state: 'done',
  writes: [
    { object: 'Installation default', path: 'spec.calicoNetwork.linuxDataplane', before: 'Iptables', after: 'BPF' },
    { object: 'ConfigMap kubernetes-services-endpoint', path: '', after: { data: null } },
  ],
  startedAt: '2026-11-22T10:00:02.000Z',
  finishedAt: '2026-11-22T10:00:04.500Z',
};

describe('the document of a run', () => {
  it('says what is known of a queued one', () => {
    const { instanceId: _, ...told } = queued;
    assert.deepEqual(runDocument(queued, []), { ...told, url: `/api/runs/${queued.id}`, steps: [] });
  });

  it('says all of a finished one, in the form that is promised', () => {
    const waiting = { ...step, number: 2, state: 'waiting', waitingFor: 'rollout', finishedAt: undefined } as const;
    const document = runDocument(finished, [step, waiting]);
    assert.deepEqual(runSchema.parse(JSON.parse(JSON.stringify(document))), document);
    assert.equal(document.durationSeconds, 178.75);
    assert.equal(document.cluster.resourceUid, '6544');
    assert.deepEqual(document.steps[0], { ...step, durationSeconds: 2.5 });
    assert.deepEqual([document.steps[1]?.waitingFor, document.steps[1]?.durationSeconds], ['rollout', undefined]);
    assert.deepEqual([document.proof, document.plan], [finished.proof, finished.plan]);
  });

  it('never holds what has no place in it', () => {
    const planted = { claims: 'planted', token: 'planted', statusQueryGetUri: 'planted' };
    const richer = {
      ...finished,
      ...planted,
      cluster: { ...finished.cluster, ...planted },
      reasons: finished.reasons.map((told) => Object.assign({}, told, planted)),
    };
    const step2 = { ...step, ...planted, writes: step.writes.map((write) => Object.assign({}, write, planted)) };
    assert.deepEqual(runDocument(richer, [step2]), runDocument(finished, [step]));
  });

  it('takes no time that runs backwards for a duration', () => {
    assert.equal(runDocument({ ...finished, finishedAt: queued.requestedAt }, []).durationSeconds, 0);
  });
});

describe('the document of a list', () => {
  it('holds runs without steps, plan and proof, and where it goes on', () => {
    const document = runListDocument({ runs: [finished, queued], next: 'abc' });
    assert.deepEqual(runListSchema.parse(JSON.parse(JSON.stringify(document))), document);
    assert.deepEqual(
      document.runs.map(({ id }) => id),
      [finished.id, queued.id],
    );
    assert.equal(document.next, 'abc');
    assert.deepEqual(runListDocument({ runs: [], next: undefined }), { runs: [] });
  });
});

it('answers a start with the address of its run', () => {
  const document = acceptedDocument(queued.id);
  assert.deepEqual(acceptedSchema.parse(document), { id: queued.id, url: `/api/runs/${queued.id}` });
});
