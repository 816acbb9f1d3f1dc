import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { v7 } from 'uuid';
import { Failure } from '../../src/reasons.ts';
import type { RunRecord, Stored } from '../../src/records/records.ts';
import { createRecords } from '../../src/records/table-records.ts';
import { startAzurite } from '../support/azurite.ts';
import type { Azurite } from '../support/azurite.ts';
import { doneStep, queuedRun } from '../support/records.ts';

describe('runs and steps in Azure Table Storage', () => {
  let azurite: Azurite;
  let records: ReturnType<typeof createRecords>;

  before(async () => {
    azurite = await startAzurite();
    records = createRecords(azurite);
    await records.prepare();
  });
  after(() => azurite.stop());

  it('prepares again without harm', async () => {
    const run = queuedRun();
    await records.queueRun(run);
    await records.prepare();
    assert.equal((await records.readRun(run.id))?.id, run.id);
  });

  it('reads a run as it was queued', async () => {
    const run = queuedRun({ resourceUid: 'abc', eventId: 'event-1', correlationId: v7(), proof: { nodes: [1, null] } });
    await records.queueRun(run);
    assert.deepEqual(defined(await records.readRun(run.id)), run);
    assert.equal((await records.readRun(run.id.toUpperCase()))?.id, run.id);
  });

  it('leaves the row that is there when a run is queued again', async () => {
    const run = queuedRun();
    await records.queueRun(run);
    await records.updateRun(run.id, { state: 'applying' });
    await records.queueRun(run);
    assert.equal((await records.readRun(run.id))?.state, 'applying');
  });

  it('merges fields, leaves the others, and can do so twice', async () => {
    const run = queuedRun({ proof: 'x'.repeat(100_000), era: 'E4' });
    await records.queueRun(run);
    const fields = { state: 'finished', outcome: 'enabled', proof: 'short', era: undefined } as const;
    await records.updateRun(run.id, fields);
    await records.updateRun(run.id, fields);
    assert.deepEqual(defined(await records.readRun(run.id)), { ...run, ...fields, era: 'E4' });
  });

  it('makes the row of an update where it is missing', async () => {
    const { id, ...fields } = queuedRun();
    await records.updateRun(id, fields);
    assert.deepEqual(defined(await records.readRun(id)), { id, ...fields });
  });

  it('shows no part of a run that was taken back', async () => {
    const run = queuedRun({ era: 'gone' });
    await records.queueRun(run);
    await records.discardRun(run.id);
    await records.discardRun(run.id);
    assert.equal(await records.readRun(run.id), undefined);
    await records.updateRun(run.id, { state: 'finished' });
    assert.equal(await records.readRun(run.id), undefined);
  });

  for (const id of ['', 'nope', "' or 1 eq 1", '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'a/b', 'x'.repeat(2000)]) {
    it(`knows no run ${JSON.stringify(id.slice(0, 40))}`, async () => {
      assert.equal(await records.readRun(id), undefined);
    });
  }

  it('keeps a proof of any length, as much of it as a row holds', async () => {
    const nodes = Array.from({ length: 5000 }, (_, index) => ({ node: `node-${index}`, line: 'ü€😀"\\'.repeat(100) }));
    const reasons = Array.from(
      { length: 500 },
      () => ({ code: 'INTERNAL', message: 'm"'.repeat(9000), remedy: 'r' }) as const,
    );
    const run = queuedRun({ proof: { nodes }, plan: nodes, reasons, notices: reasons });
    await records.queueRun(run);
    const read = await records.readRun(run.id);
    assert.match(JSON.stringify(read?.proof), /node-0.*entries left out/s);
    assert.match(JSON.stringify(read?.plan), /node-0.*entries left out/s);
    assert.equal(read?.reasons[0]?.code, 'INTERNAL');
    assert.match(read.reasons[0].message, /^m".*characters left out\)$/s);
  });

  it('keeps what fits whole, whatever the characters', async () => {
    const proof: Stored = { text: 'ü😀"\n'.repeat(9000) };
    const run = queuedRun({ proof });
    await records.queueRun(run);
    assert.deepEqual((await records.readRun(run.id))?.proof, proof);
  });

  it('lists the runs of a cluster newest first, page by page, without plan and proof', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => v7({ msecs: Date.UTC(2026, 0, 1) + index * 1000 }));
    const cluster = { ...queuedRun().cluster, resourceId: "/subscriptions/x/resourceGroups/Paged'Group" };
    for (const id of ids) await records.queueRun(queuedRun({ id, cluster, proof: 'p', plan: 'p', reasons: [] }));
    await records.queueRun(queuedRun());

    const filter = { cluster: cluster.resourceId.toUpperCase() };
    const seen: RunRecord[] = [];
    const sizes: number[] = [];
    let from: string | undefined;
    do {
      const page = await records.listRuns(filter, { size: 3, from });
      seen.push(...page.runs);
      sizes.push(page.runs.length);
      from = page.next;
    } while (from !== undefined);

    assert.deepEqual(
      seen.map((run) => run.id),
      ids.toReversed(),
    );
    assert.deepEqual(sizes.slice(0, 2), [3, 3]);
    assert.deepEqual([seen[0]?.proof, seen[0]?.plan], [undefined, undefined]);
  });

  it('lists by state and outcome', async () => {
    const cluster = { ...queuedRun().cluster, resourceId: '/filtered' };
    const refused = queuedRun({ cluster, state: 'finished', outcome: 'refused' });
    const enabled = queuedRun({ cluster, state: 'finished', outcome: 'enabled' });
    const queued = queuedRun({ cluster });
    for (const run of [refused, enabled, queued]) await records.queueRun(run);
    const list = async (filter: object) =>
      (await records.listRuns({ cluster: '/filtered', ...filter }, { size: 50 })).runs.map((run) => run.id);
    assert.deepEqual(await list({ outcome: 'refused' }), [refused.id]);
    assert.deepEqual(await list({ state: 'queued' }), [queued.id]);
    assert.equal((await list({ state: 'finished' })).length, 2);
    assert.deepEqual(await list({ state: 'finished', outcome: 'undone' }), []);
  });

  it('holds at most 100 runs in a page', async () => {
    const cluster = { ...queuedRun().cluster, resourceId: '/many' };
    await Promise.all(Array.from({ length: 103 }, () => records.queueRun(queuedRun({ cluster }))));
    const page = await records.listRuns({ cluster: '/many' }, { size: 5000 });
    assert.equal(page.runs.length, 100);
    assert.equal((await records.listRuns({ cluster: '/many' }, { size: 5000, from: page.next })).runs.length, 3);
  });

  for (const next of ['junk', '', 'e30', Buffer.from('bnVsbA==').toString('base64url')]) {
    it(`refuses the place ${JSON.stringify(next)}`, async () => {
      await assert.rejects(records.listRuns({}, { size: 1, from: next }), (error) => {
        assert(error instanceof Failure);
        return error.reason.code === 'INVALID_REQUEST';
      });
    });
  }

  it('reads the steps of a run in their order, each as it was saved last', async () => {
    const run = v7();
    await records.saveStep(run, doneStep({ number: 10, phase: 'undo' }));
    await records.saveStep(
      run,
      doneStep({ number: 2, state: 'waiting', waitingFor: 'rollout', finishedAt: undefined }),
    );
    await records.saveStep(run, doneStep({ number: 2, waitingFor: undefined }));
    await records.saveStep(run, doneStep({ number: 2 }));
    const steps = await records.readSteps(run);
    assert.deepEqual(steps.map(defined), [doneStep({ number: 2 }), doneStep({ number: 10, phase: 'undo' })]);
    assert.deepEqual(await records.readSteps(v7()), []);
  });

  it('keeps the writes of a step that are not given again, and clears what it waited for', async () => {
    const run = v7();
    const { writes, ...step } = doneStep();
    await records.saveStep(run, { ...step, writes });
    await records.saveStep(run, { ...step, state: 'waiting', waitingFor: 'rollout', finishedAt: undefined });
    assert.deepEqual((await records.readSteps(run)).map(defined), [
      defined({ ...step, writes, state: 'waiting', waitingFor: 'rollout', finishedAt: undefined }),
    ]);
    await records.saveStep(run, { ...step, writes: undefined });
    assert.deepEqual((await records.readSteps(run)).map(defined), [{ ...step, writes }]);
  });

  it('keeps a step with writes of any length, each with its object and path', async () => {
    const run = v7();
    const write = {
      object: 'DaemonSet calico-node',
      path: '',
      before: 'b"\n'.repeat(400_000),
      after: { a: 'a'.repeat(400_000) },
    };
    await records.saveStep(run, doneStep({ writes: [write, write], waitingFor: 'w'.repeat(40_000) }));
    const [step] = await records.readSteps(run);
    assert.deepEqual(
      step?.writes.map(({ object, path }) => [object, path]),
      [
        ['DaemonSet calico-node', ''],
        ['DaemonSet calico-node', ''],
      ],
    );
    assert.match(JSON.stringify(step.writes[1]?.before), /^"b.*characters left out\)"$/s);
  });
});

/** Without the properties that are undefined. */
function defined<Value extends object>(value: Value | undefined): Partial<Value> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, field]) => field !== undefined)) as Partial<Value>;
}
