import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { documents } from './documents.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const written = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'infra/README.md',
];

describe('the documents', () => {
  for (const [file, make] of Object.entries(documents)) {
    it(`${file} is what the code's table makes it (npm run docs)`, () => {
      assert.equal(readFileSync(file, 'utf8'), make());
    });
  }

  for (const file of written) {
    const text = readFileSync(file, 'utf8');

    it(`${file} links to what is there`, () => {
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:|^#/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const linked = join(dirname(file), path);
        assert.ok(existsSync(linked), `${file} links to ${target}`);
        if (anchor) assert.ok(headingsOf(readFileSync(linked, 'utf8')).includes(anchor), `${file} links to ${target}`);
      }
    });

    it(`${file} names scripts that there are`, () => {
      for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
        assert.ok(name in scripts, `${file} says npm run ${name}`);
      }
    });
  }
});

/** Anchors of a document's headings, as they are made where Markdown is shown. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s+/g, '-'),
  );
}
