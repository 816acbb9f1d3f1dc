import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eraOf } from './era.ts';
import { freshE1, freshE4 } from './testing/facts.ts';
import { compareVersions, imageVersion, isBetween, parseVersion } from './versions.ts';

describe('versions', () => {
  const parsed: [string | null | undefined, readonly number[] | undefined][] = [
    ['v3.31.2', [3, 31, 2]],
    ['3.18', [3, 18, 0]],
    ['5.15.0-1116-azure', [5, 15, 0]],
    ['6.6.143.1-2.azl3', [6, 6, 143]],
    ['v1.40.2-1', [1, 40, 2]],
    ['master', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ];
  for (const [text, version] of parsed) {
    it(`reads ${text} as ${version?.join('.')}`, () => {
      assert.deepEqual(parseVersion(text), version);
    });
  }

  it('reads the tag of an image, not its registry and not its digest', () => {
    assert.deepEqual(imageVersion('mcr.microsoft.com/oss/v2/tigera/operator:v1.40.2-1'), [1, 40, 2]);
    assert.deepEqual(imageVersion('host:5000/oss/v1.2.3/operator:v1.40.2'), [1, 40, 2]);
    assert.deepEqual(imageVersion('operator:v1.40.2@sha256:00'), [1, 40, 2]);
    assert.equal(imageVersion('host:5000/operator@sha256:1.2.3'), undefined);
    assert.equal(imageVersion(undefined), undefined);
  });

  it('compares by numbers, part by part', () => {
    assert.ok(compareVersions([1, 40, 10], [1, 40, 9]) > 0);
    assert.ok(compareVersions([1, 9, 0], [1, 10, 0]) < 0);
    assert.ok(isBetween([1, 40, 15], [1, 40, 0], [1, 40, 15]));
    assert.ok(!isBetween([1, 40, 16], [1, 40, 0], [1, 40, 15]));
  });
});

describe('eraOf', () => {
  const eras: [string, string | undefined][] = [
    ['v1.17.0', 'E2'],
    ['v1.32.12', 'E2'],
    ['v1.34.0', 'E3'],
    ['v1.38.8', 'E3'],
    ['v1.40.2', 'E4'],
    ['v1.42.4', 'E4'],
    ['v1.44.0', 'E5'],
    ['latest', undefined],
  ];
  for (const [tag, era] of eras) {
    it(`takes operator ${tag} for ${era}`, () => {
      const operator = { image: `operator:${tag}`, dnsPolicy: undefined, available: 1, upToDate: true };
      assert.equal(eraOf(freshE4({ operator })), era);
    });
  }

  it('asks the schema first', () => {
    const { schema } = freshE1();
    assert.equal(eraOf(freshE4({ schema })), 'E1');
    assert.equal(eraOf(freshE4({ schema: null })), undefined);
  });
});
