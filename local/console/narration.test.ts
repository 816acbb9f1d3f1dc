import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunDocument, StepDocument } from './app-client.ts';
import { narrate } from './narration.ts';

const run: RunDocument = {
  id: '1',
  action: 'enable',
  state: 'applying',
  steps: [],
  reasons: [],
  notices: [],
  requestedAt: '2026-11-23T10:00:00Z',
};

const step: StepDocument = {
  number: 1,
  title: 'Switch',
  phase: 'enable',
  state: 'waiting',
  waitingFor: '1 of 3 nodes',
  writes: [],
  startedAt: '2026-11-23T10:00:00Z',
};

function told(before: RunDocument | undefined, now: RunDocument): string[] {
  return narrate(before, now).map(({ kind, text }) => `${kind}: ${text}`);
}

test('a run that is seen for the first time is told from where it is', () => {
  assert.deepEqual(told(undefined, { ...run, state: 'queued' }), ['state: the event arrived, the run is queued']);
  assert.deepEqual(told(undefined, { ...run, steps: [step] }), [
    'state: applying the plan',
    'step: Switch',
    'waiting: 1 of 3 nodes',
  ]);
});

test('only what is new is told', () => {
  const before = { ...run, steps: [step] };

  assert.deepEqual(told(before, before), []);
  assert.deepEqual(told(before, { ...run, steps: [{ ...step, waitingFor: '2 of 3 nodes' }] }), [
    'waiting: 2 of 3 nodes',
  ]);
  const done = { ...step, state: 'done', waitingFor: undefined, finishedAt: '2026-11-23T10:00:21Z' };
  assert.deepEqual(told(before, { ...run, steps: [done] }), ['done: Switch (21 s)']);
});

test('of several things that a step waits for the foremost is told, once', () => {
  const waiting = (waitingFor: string) => ({ ...run, steps: [{ ...step, waitingFor }] });
  const before = waiting('1 of 3 nodes; the operator to report');

  assert.deepEqual(told({ ...run, steps: [{ ...step, waitingFor: null }] }, before), ['waiting: 1 of 3 nodes']);
  assert.deepEqual(told(before, waiting('1 of 3 nodes; tigera-operator: Available is False')), []);
  assert.deepEqual(told(before, waiting('the operator to report')), ['waiting: the operator to report']);
});

test('steps that lead to the proof are told before it, the way back after the turn', () => {
  const before = { ...run, steps: [step] };
  const done = { ...step, state: 'done', finishedAt: '2026-11-23T10:00:21Z' };
  const back = { ...step, number: 2, title: 'Undo', phase: 'undo', state: 'applying', waitingFor: undefined };

  assert.deepEqual(told(before, { ...run, state: 'proving', steps: [done] }), [
    'done: Switch (21 s)',
    'state: proving that eBPF carries the traffic',
  ]);
  assert.deepEqual(told(before, { ...run, state: 'undoing', steps: [{ ...step, state: 'stuck' }, back] }), [
    'trouble: Switch got stuck: 1 of 3 nodes',
    'state: undoing',
    'step: way back: Undo',
  ]);
});

test('the end is good or bad, with every reason', () => {
  const reasons = [{ code: 'PROOF_DISPROVEN', message: 'node 2 panics' }];

  assert.deepEqual(told(run, { ...run, state: 'finished', outcome: 'enabled' }), ['good: enabled']);
  assert.deepEqual(told(run, { ...run, state: 'finished', outcome: 'undone', reasons }), [
    'bad: undone – PROOF_DISPROVEN: node 2 panics',
  ]);
});
