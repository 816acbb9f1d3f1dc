import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { v4, v7 } from 'uuid';
import { hashKey, runKey, tableKey } from './keys.ts';

/** What a table refuses in a key: `/`, `\`, `#`, `?` and control characters, and more than 1 KiB. */
const allowed = /^[^/\\#?\p{Cc}]{1,512}$/u;

describe('a key of a table', () => {
  it('is the text itself in lower case', () => {
    assert.equal(tableKey('6544D0C2a1'), '6544d0c2a1');
    assert.equal(tableKey('11111111-2222-4333-8444-555555555555'), '11111111-2222-4333-8444-555555555555');
  });

  for (const text of ['', 'a/b', 'a\\b', 'a#b', 'a?b', 'a\u0007b', 'ü', 'x'.repeat(2000), ' ']) {
    it(`is the hash of ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.match(tableKey(text), allowed);
      assert.equal(tableKey(text), `h-${hashKey(text)}`);
    });
  }
});

describe('the key of a run', () => {
  it('is its inverted time and its id', () => {
    assert.equal(runKey('01A20A7E-F32E-754D-97C7-E3E7AF642FD1'), 'fe5df5810cd1-01a20a7e-f32e-754d-97c7-e3e7af642fd1');
  });

  it('is in the order newest first, as long as there are GUIDs', () => {
    const times = [0, 1, Date.UTC(1999, 0), Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 22) + 1, 2 ** 48 - 1];
    const keys = times.map((msecs) => String(runKey(v7({ msecs }))));
    assert.deepEqual(keys.toSorted(), keys.toReversed());
    assert(keys.every((key) => key.length === 49 && allowed.test(key)));
  });

  for (const id of ['', 'nope', v4(), `${v7()} `, `x${v7()}`]) {
    it(`is none for ${JSON.stringify(id)}`, () => assert.equal(runKey(id), undefined));
  }
});
