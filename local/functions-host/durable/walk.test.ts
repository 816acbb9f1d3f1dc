import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionType, readFailure } from './actions.ts';
import type { Action } from './actions.ts';
import { historyEvent } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { walk } from './walk.ts';

const noon = Date.parse('2026-11-23T12:00:00.000Z');
const day = 24 * 60 * 60 * 1000;
const instance = { InstanceId: 'i', ExecutionId: 'e' };

function turn(seconds: number, ...events: HistoryEvent[]): HistoryEvent[] {
  return [historyEvent('OrchestratorStarted', at(seconds), {}), ...events];
}

function at(seconds: number): Date {
  return new Date(noon + seconds * 1000);
}

const started = historyEvent('ExecutionStarted', at(0), {
  Name: 'o',
  Input: null,
  Version: '',
  Tags: null,
  OrchestrationInstance: instance,
  ParentInstance: null,
});
const scheduled = (EventId: number, Name: string) =>
  historyEvent('TaskScheduled', at(0), { EventId, Name, Version: '', Input: '[null]' });
const completed = (TaskScheduledId: number) => historyEvent('TaskCompleted', at(0), { TaskScheduledId, Result: null });
const failedTask = (TaskScheduledId: number) =>
  historyEvent('TaskFailed', at(0), { TaskScheduledId, Reason: '', Details: '', FailureDetails: null });
const raised = (Name: string, Input: string) => historyEvent('EventRaised', at(0), { Name, Input });
const timerCreated = (EventId: number) => historyEvent('TimerCreated', at(0), { EventId, FireAt: '' });
const timerFired = (TimerId: number) => historyEvent('TimerFired', at(0), { TimerId, FireAt: '' });
const activity = (functionName: string): Action => ({ actionType: actionType.CallActivity, functionName });
const wait = (externalEventName: string): Action => ({
  actionType: actionType.WaitForExternalEvent,
  externalEventName,
});
const timer = (milliseconds: number, isCanceled = false): Action => ({
  actionType: actionType.CreateTimer,
  fireAt: new Date(noon + milliseconds).toISOString(),
  isCanceled,
});
const all = (...compoundActions: Action[]): Action => ({ actionType: actionType.WhenAll, compoundActions });
const any = (...compoundActions: Action[]): Action => ({ actionType: actionType.WhenAny, compoundActions });

test('the next action starts when the one before is done, whether it failed or not', () => {
  const actions = [activity('a'), activity('b')];

  const before = walk(turn(0, started, scheduled(0, 'a')), actions);
  const after = walk(turn(0, started, scheduled(0, 'a'), failedTask(0)), actions);

  assert.deepEqual([before.decisions, before.finished, before.openTasks], [[], false, 1]);
  assert.deepEqual(
    after.decisions.map(({ kind, id }) => [kind, id]),
    [['activity', 1]],
  );
});

test('Task.all is done when all are, even after a failure', () => {
  const actions = [all(activity('a'), activity('b')), activity('c')];
  const history = turn(0, started, scheduled(0, 'a'), scheduled(1, 'b'), failedTask(0));

  const one = walk(history, actions);
  const both = walk([...history, completed(1)], actions);

  assert.deepEqual([one.decisions.length, both.decisions[0]?.id], [0, 2]);
});

test('an unknown result is ignored', () => {
  const result = walk(turn(0, started, scheduled(0, 'a'), completed(7)), [activity('a')]);

  assert.deepEqual([result.openTasks, result.nonDeterminism], [1, undefined]);
});

test('names are compared without case', () => {
  const result = walk(turn(0, started, scheduled(0, 'A')), [activity('a')]);

  assert.equal(result.nonDeterminism, undefined);
});

const changed: [what: string, history: HistoryEvent, actions: Action[]][] = [
  ['another name', scheduled(0, 'a'), [activity('b')]],
  ['another kind', timerCreated(0), [activity('a')]],
  ['nothing', scheduled(0, 'a'), []],
];
for (const [what, event, actions] of changed) {
  test(`a replay that schedules ${what} than the history is not deterministic`, () => {
    const result = walk(turn(0, started, event), actions);

    assert.match(result.nonDeterminism ?? '', /^Non-Deterministic workflow detected: .* with id 0/u);
  });
}

test('the newest wait of a name gets the event', () => {
  const actions = [any(wait('go'), timer(1000, true)), wait('go')];

  const result = walk(turn(0, started, raised('GO', '1')), actions);

  assert.deepEqual([result.finished, result.waitingForEvents], [true, 1]);
});

test('the oldest event that nobody waited for is taken first', () => {
  const result = walk(turn(0, raised('go', '1'), raised('other', '2'), raised('go', '3'), started), [wait('Go')]);

  assert.deepEqual(
    result.unprocessedEvents.map(({ Input }) => Input),
    ['2', '3'],
  );
});

test('a cancelled timer is done and not open; its decision stays', () => {
  const result = walk(turn(0, started), [timer(1000, true)]);

  assert.deepEqual([result.finished, result.openTasks, result.decisions.length], [true, 0, 1]);
});

test('a retry waits by its coefficient, but no longer than its longest interval', () => {
  const retry: Action = {
    actionType: actionType.CallActivityWithRetry,
    functionName: 'a',
    retryOptions: {
      firstRetryIntervalInMilliseconds: 1000,
      maxNumberOfAttempts: 5,
      backoffCoefficient: 10,
      maxRetryIntervalInMilliseconds: 5000,
    },
  };
  const first = turn(0, started, scheduled(0, 'a'), failedTask(0));
  const second = [...first, timerCreated(1), ...turn(1, timerFired(1), scheduled(2, 'a'), failedTask(2))];

  const delays = [first, second].map((history) => {
    const [decision] = walk(history, [retry]).decisions;
    return decision?.kind === 'timer' ? decision.fireAt.getTime() - noon : undefined;
  });

  assert.deepEqual(delays, [1000, 6000]);
});

test('a retry time-out ends without the timer that the SDK waits for: the orchestration is stuck', () => {
  const retry: Action = {
    actionType: actionType.CallActivityWithRetry,
    functionName: 'a',
    retryOptions: {
      firstRetryIntervalInMilliseconds: 1,
      maxNumberOfAttempts: 9,
      retryTimeoutInMilliseconds: 0,
    },
  };

  const result = walk(turn(0, started, scheduled(0, 'a'), failedTask(0)), [retry]);

  assert.deepEqual([result.decisions, result.finished, result.openTasks], [[], true, 0]);
});

test('six days are one timer; more are a chain of three days', () => {
  const fireAts = [6 * day, 6 * day + 1].map((length) => {
    const [decision] = walk(turn(0, started), [timer(length)]).decisions;
    return decision?.kind === 'timer' ? decision.fireAt.getTime() - noon : undefined;
  });

  assert.deepEqual(fireAts, [6 * day, 3 * day]);
});

test('a suspension parks what was decided and queues what comes, until it is resumed', () => {
  const suspended = historyEvent('ExecutionSuspended', at(0), { Reason: '' });
  const resumed = historyEvent('ExecutionResumed', at(1), { Reason: '' });
  const actions = [any(activity('a'), wait('go')), activity('b')];
  const history = turn(0, started, suspended, raised('go', '1'));

  const parked = walk(history, actions);
  const unparked = walk([...history, ...turn(1, resumed)], actions);

  assert.deepEqual([parked.suspended, parked.decisions.length, parked.waitingForEvents], [true, 0, 1]);
  assert.deepEqual([unparked.suspended, unparked.decisions.map(({ id }) => id)], [false, [0, 1]]);
});

test('a termination wins, even over a suspension', () => {
  const suspended = historyEvent('ExecutionSuspended', at(0), { Reason: '' });
  const terminated = historyEvent('ExecutionTerminated', at(0), { Input: 'enough' });

  const result = walk(turn(0, started, suspended, terminated), [activity('a')]);

  assert.equal(result.terminated, 'enough');
});

test('what the host does not have is named', () => {
  const result = walk(turn(0, started), [{ actionType: actionType.CallEntity }]);

  assert.equal(result.unsupported, 'CallEntity');
});

test('a failure carries the answer behind its marker, or is only a message', () => {
  const marked = readFailure('false\n\n$OutOfProcData$:{"isDone":false,"actions":[[]],"error":"child exploded"}');
  const bare = readFailure('no generator');

  assert.deepEqual([marked.error, marked.actions], ['child exploded', []]);
  assert.deepEqual([bare.error, bare.isDone], ['no generator', false]);
});
