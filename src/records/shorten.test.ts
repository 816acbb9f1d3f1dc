import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Stored } from './records.ts';
import { shortJson, shortText } from './shorten.ts';

describe('JSON of a bounded length', () => {
  it('is the value itself where it fits', () => {
    const value = { nodes: [{ name: 'one', line: 'BPF enabled' }], done: true, count: 3, none: null };
    assert.deepEqual(JSON.parse(shortJson(value, 1000)), value);
  });

  it('loses the ends of long strings and lists, and says how much', () => {
    const value = { line: 'x'.repeat(9000), nodes: Array.from({ length: 3000 }, (_, index) => index), kept: 'short' };
    const short = JSON.parse(shortJson(value, 20_000)) as typeof value;
    assert.equal(short.line, `${'x'.repeat(8000)} … (1000 characters left out)`);
    assert.deepEqual(short.nodes.slice(-2), [1999, '… (1000 entries left out)']);
    assert.equal(short.kept, 'short');
  });

  it('loses properties of an object that has too many', () => {
    const value = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`node-${index}`, index]));
    const short = JSON.parse(shortJson(value, 36_000)) as Record<string, Stored>;
    assert.deepEqual(
      [short['node-1999'], short['node-2000'], short['…']],
      [1999, undefined, '… (1000 entries left out)'],
    );
  });

  for (const [what, value] of Object.entries<Stored>({
    'a long string': 'x'.repeat(100_000),
    'characters that grow in JSON': '\u0000😀'.repeat(50_000),
    'a long list': Array.from({ length: 20_000 }, () => 'entry'),
    'lists of lists': Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 'x'.repeat(100))),
    deep: Array.from({ length: 700 }).reduce<Stored>((inner) => [inner, 'x'.repeat(100)], null),
  })) {
    for (const limit of [100, 1000, 60_000]) {
      it(`has at most ${limit} characters: ${what}`, () => {
        const json = shortJson(value, limit);
        assert(json.length <= limit, String(json.length));
        assert.match(json, /left out\)/);
        JSON.parse(json);
      });
    }
  }
});

describe('text of a bounded length', () => {
  it('says how much is missing', () => {
    assert.equal(shortText('abcdef', 6), 'abcdef');
    assert.equal(shortText('abcdef', 4), 'abcd … (2 characters left out)');
  });

  it('never ends in half a character', () => {
    assert.equal(shortText('a😀😀', 2), 'a … (4 characters left out)');
    assert.equal(shortText('a😀😀', 3), 'a😀 … (2 characters left out)');
  });
});
