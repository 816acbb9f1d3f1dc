import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { v7 } from 'uuid';
import { Failure } from '../../src/reasons.ts';
import type { ClaimRequest, RunOutcome } from '../../src/records/records.ts';
import { createRecords } from '../../src/records/table-records.ts';
import { startAzurite } from '../support/azurite.ts';
import type { Azurite } from '../support/azurite.ts';
import { claimRequest } from '../support/records.ts';

describe('claims and before-images in Azure Table Storage', () => {
  let azurite: Azurite;
  let records: ReturnType<typeof createRecords>;

  before(async () => {
    azurite = await startAzurite();
    records = createRecords(azurite);
    await records.prepare();
  });
  after(() => azurite.stop());

  const release = (request: ClaimRequest, outcome: RunOutcome) =>
    records.releaseClaim({ ...request, outcome, finishedAt: '2026-11-22T10:20:00.000Z' });
  const rival = ({ resourceUid }: ClaimRequest, fields: Partial<ClaimRequest> = {}) =>
    claimRequest({ resourceUid, ...fields });
  const heldBy = ({ runId, instanceId, leaseUntil }: ClaimRequest) => ({ kind: 'held', runId, instanceId, leaseUntil });

  it('gives a cluster to one of many that ask at once', async () => {
    const first = claimRequest();
    const rivals = [first, ...Array.from({ length: 9 }, (_, index) => rival(first, { automatic: index % 2 === 0 }))];
    const answers = await Promise.all(rivals.map((request) => records.claim(request)));
    const winner = rivals[answers.findIndex((answer) => answer.kind === 'claimed')];
    assert(winner !== undefined);
    assert.deepEqual(
      answers.filter((answer) => answer.kind !== 'claimed'),
      Array.from({ length: 9 }, () => heldBy(winner)),
    );
  });

  it('gives a free cluster to one of many that ask at once', async () => {
    const first = claimRequest();
    await records.claim(first);
    await release(first, 'refused');
    const answers = await Promise.all(Array.from({ length: 8 }, () => records.claim(rival(first))));
    assert.equal(answers.filter((answer) => answer.kind === 'claimed').length, 1);
    assert.equal(answers.filter((answer) => answer.kind === 'held').length, 7);
  });

  it('answers the same run the same again', async () => {
    const request = claimRequest();
    assert.deepEqual(await records.claim(request), { kind: 'claimed' });
    assert.deepEqual(await records.claim({ ...request, resourceUid: request.resourceUid.toUpperCase() }), {
      kind: 'claimed',
    });
  });

  it('keeps what a finished run came to from automatic requests, never from a person', async () => {
    const request = claimRequest();
    await records.claim(request);
    await release(request, 'enabled');
    await release(request, 'enabled');
    const finished = { kind: 'finished', runId: request.runId, outcome: 'enabled' };
    assert.deepEqual(await records.claim(rival(request, { automatic: true })), finished);
    const person = rival(request);
    assert.deepEqual(await records.claim(person), { kind: 'claimed' });
    assert.deepEqual(await records.claim(rival(request, { automatic: true })), heldBy(person));
    await release(person, 'undone');
    assert.deepEqual(await records.claim(rival(request, { automatic: true })), {
      kind: 'finished',
      runId: person.runId,
      outcome: 'undone',
    });
  });

  it('takes a claim over from the run and lease that were seen, once', async () => {
    const dead = claimRequest();
    await records.claim(dead);
    const rivals = Array.from({ length: 6 }, () => rival(dead, { leaseUntil: '2026-11-22T11:00:00.000Z' }));
    const taken = await Promise.all(rivals.map((request) => records.takeOver(request, dead)));
    const winner = rivals[taken.indexOf(true)];
    assert(winner !== undefined);
    assert.equal(taken.filter(Boolean).length, 1);
    assert.deepEqual(await records.claim(dead), heldBy(winner));
    assert.equal(await records.takeOver(winner, dead), true);
  });

  it('takes nothing over that was renewed, freed or never there', async () => {
    const alive = claimRequest();
    await records.claim(alive);
    await records.renewClaim({ ...alive, leaseUntil: '2026-11-22T10:40:00.000Z' });
    assert.equal(await records.takeOver(rival(alive), alive), false);
    await release(alive, 'skipped');
    assert.equal(await records.takeOver(rival(alive), alive), false);
    assert.equal(await records.takeOver(claimRequest(), alive), false);
  });

  it('renews a lease, never to an earlier time', async () => {
    const request = claimRequest();
    await records.claim(request);
    await records.renewClaim({ ...request, leaseUntil: '2026-11-22T10:40:00.000Z' });
    await records.renewClaim({ ...request, leaseUntil: '2026-11-22T10:35:00.000Z' });
    assert.deepEqual(
      await records.claim(rival(request)),
      heldBy({ ...request, leaseUntil: '2026-11-22T10:40:00.000Z' }),
    );
  });

  it('tells a run that it has lost its claim, and frees nothing for it', async () => {
    const lost = claimRequest();
    const winner = rival(lost, { leaseUntil: '2026-11-22T12:00:00.000Z' });
    await records.claim(lost);
    await records.takeOver(winner, lost);
    await assert.rejects(records.renewClaim(lost), (error) => {
      assert(error instanceof Failure);
      assert.equal(error.kind, 'permanent');
      assert.equal(error.reason.code, 'RUN_IN_PROGRESS');
      return error.message.includes(winner.runId);
    });
    await release(lost, 'failed');
    assert.deepEqual(await records.claim(rival(lost)), heldBy(winner));
  });

  it('lets a run that has released its claim conclude again', async () => {
    const request = claimRequest();
    await records.claim(request);
    await release(request, 'enabled');
    await records.renewClaim({ ...request, leaseUntil: '2026-11-22T12:00:00.000Z' });
    const finished = { kind: 'finished', runId: request.runId, outcome: 'enabled' };
    assert.deepEqual(await records.claim(rival(request, { automatic: true })), finished);
  });

  it('tells a run whose claim is gone altogether', async () => {
    await assert.rejects(records.renewClaim(claimRequest()), Failure);
  });

  it('keeps the first confirmed image of each leaf until all are dropped', async () => {
    const uid = v7();
    const leaf = 'felixconfigurations/default/spec/bpfEnabled';
    await records.keepBeforeImages(uid, [{ key: leaf, image: { before: false } }]);
    await records.confirmBeforeImages(uid, [leaf, 'of nothing']);
    await records.keepBeforeImages(uid, [
      { key: leaf, image: { before: true } },
      { key: 'other#?\\leaf', image: ['x'.repeat(70_000)] },
    ]);
    const long = { image: ['x'.repeat(70_000)], confirmed: false };
    assert.deepEqual(await records.beforeImages(uid), [{ image: { before: false }, confirmed: true }, long]);
    assert.deepEqual(await records.beforeImages(v7()), []);

    await records.dropBeforeImages(uid);
    await records.dropBeforeImages(uid);
    assert.deepEqual(await records.beforeImages(uid), []);
    await records.keepBeforeImages(uid, [{ key: leaf, image: null }]);
    assert.deepEqual(await records.beforeImages(uid), [{ image: null, confirmed: false }]);
  });

  it('replaces an image whose write was never made', async () => {
    const uid = v7();
    await records.keepBeforeImages(uid, [{ key: 'leaf', image: 'A' }]);
    await records.keepBeforeImages(uid, [{ key: 'leaf', image: 'X' }]);
    await records.confirmBeforeImages(uid, ['leaf']);
    await records.confirmBeforeImages(uid, ['leaf']);
    await records.keepBeforeImages(uid, [{ key: 'leaf', image: 'later' }]);
    assert.deepEqual(await records.beforeImages(uid), [{ image: 'X', confirmed: true }]);
  });

  it('has one image of a leaf, however many keep it at once', async () => {
    const uid = v7();
    const keep = (image: number) => records.keepBeforeImages(uid, [{ key: 'leaf', image }]);
    await Promise.all(Array.from({ length: 4 }, (_, image) => keep(image)));
    await records.confirmBeforeImages(uid, ['leaf']);
    const [first, ...others] = await records.beforeImages(uid);
    await keep(99);
    assert.deepEqual([await records.beforeImages(uid), others], [[first], []]);
  });

  it('refuses an image that no row holds rather than cut it', async () => {
    const uid = v7();
    await assert.rejects(records.keepBeforeImages(uid, [{ key: 'a/leaf', image: 'x'.repeat(600_000) }]), /a\/leaf/);
    assert.deepEqual(await records.beforeImages(uid), []);
  });
});
