import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asciiJson, charactersPerProperty, joinJson, jsonColumns, splitJson } from './long-json.ts';

describe('JSON over several properties', () => {
  for (const [what, value] of Object.entries({
    null: null,
    'nothing in a list': [],
    'one property to the last character': 'x'.repeat(charactersPerProperty - 2),
    'one character more': 'x'.repeat(charactersPerProperty - 1),
    'characters of every size': ['ü€😀"\\\n\u2028\u0000'.repeat(5000)],
    'half a character': '\ud83d',
  })) {
    it(`comes back: ${what}`, () => {
      const columns = splitJson('proof', asciiJson(value));
      assert.deepEqual(joinJson('proof', columns), value);
      assert(Object.values(columns).every((column) => String(column).length <= charactersPerProperty));
      assert.deepEqual(Object.keys(columns).sort(), jsonColumns('proof', Number(columns['proof_parts'])).sort());
    });
  }

  it('is not read further than its last part', () => {
    const before = splitJson('proof', asciiJson('x'.repeat(100_000)));
    const after = splitJson('proof', asciiJson('short'));
    assert.equal(joinJson('proof', { ...before, ...after }), 'short');
  });

  it('is none where nothing was stored', () => {
    assert.equal(joinJson('proof', { other: 'x' }), undefined);
  });
});

it('is ASCII', () => {
  assert.equal(asciiJson('a~ü\u007f😀'), String.raw`"a~\u00fc\u007f\ud83d\ude00"`);
});
