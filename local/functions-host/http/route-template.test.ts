import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byPrecision, matchRoute, parseRoute } from './route-template.ts';

const matches: [template: string, path: string, parameters: Record<string, string> | undefined][] = [
  ['api/runs', '/API/Runs/', {}],
  ['api/runs', '/api/runs/1', undefined],
  ['api/runs', '/api', undefined],
  ['api/runs/{id}', '/api/runs/7', { id: '7' }],
  ['api/runs/{id}', '/api/runs', undefined],
  ['api/runs/{id?}', '/api/runs', {}],
  ['api/runs/{id:int}', '/api/runs/7', { id: '7' }],
  ['api/runs/{id:int}', '/api/runs/seven', undefined],
  ['api/{id:guid}', '/api/11111111-2222-3333-4444-555555555555', { id: '11111111-2222-3333-4444-555555555555' }],
  ['api/files/{*rest}', '/api/files/a/b', { rest: 'a/b' }],
  ['api/files/{*rest}', '/api/files', {}],
  ['', '/', {}],
];
for (const [template, path, parameters] of matches) {
  test(`${template === '' ? 'the empty route' : template} ${parameters === undefined ? 'does not match' : 'matches'} ${path}`, () => {
    assert.deepEqual(matchRoute(parseRoute(template), path), parameters);
  });
}

test('literals come before parameters, parameters before the rest', () => {
  const routes = ['a/{*rest}', 'a/{b}', 'a/b', 'a/{b}/c'].map((template) => parseRoute(template));

  const order = routes.toSorted(byPrecision).map(({ segments }) => segments.map(({ kind }) => kind).join('/'));

  assert.deepEqual(order, ['literal/literal', 'literal/parameter/literal', 'literal/parameter', 'literal/rest']);
});

test('what is not understood is refused by name', () => {
  assert.throws(() => parseRoute('a/{id:regex}'), /the constraint "regex" is not supported here/u);
  assert.throws(() => parseRoute('a/x{id}'), /"x\{id\}" is not understood/u);
});
