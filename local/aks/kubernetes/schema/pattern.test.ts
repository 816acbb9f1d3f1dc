import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern } from './pattern.ts';

const cases: { pattern: string; yes: string[]; no: string[] }[] = [
  { pattern: '^[a-z]+$', yes: ['abc'], no: ['aBc', ''] },
  { pattern: '^(?i)(Drop|Accept)?$', yes: ['drop', 'ACCEPT', ''], no: ['return'] },
  { pattern: '(?is)^a.b$', yes: ['A\nB'], no: ['ab'] },
  { pattern: String.raw`^[\w\-]+\-\_\:\@$`, yes: ['a-b-_:@'], no: ['a b-_:@'] },
  { pattern: String.raw`\A(?P<digits>[[:digit:]]+)[^[:space:]]\z`, yes: ['12x'], no: ['12 ', 'x'] },
  { pattern: String.raw`^\\A$`, yes: [String.raw`\A`], no: ['A'] },
  { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))*$', yes: ['5s', '1.5h'], no: ['5'] },
];

for (const { pattern, yes, no } of cases) {
  test(`the pattern ${pattern} means here what it means in Go`, () => {
    const regExp = compilePattern(pattern);

    for (const text of yes) assert.match(text, regExp);
    for (const text of no) assert.doesNotMatch(text, regExp);
  });
}

test('what is no pattern is a SyntaxError', () => {
  assert.throws(() => compilePattern('(a'), SyntaxError);
  assert.throws(() => compilePattern('a(?i)b'), SyntaxError);
});
