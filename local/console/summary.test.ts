import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunDocument } from './app-client.ts';
import type { RunReport } from './report.ts';
import { summaryOf } from './summary.ts';

const report: RunReport = {
  cluster: 'demo',
  era: 'E4',
  procedure: 'coexist',
  outcome: 'enabled',
  writes: 3,
  reads: 20,
  armCalls: 2,
  podsReplaced: 3,
  nodes: 3,
  proof: { configuration: 'proven', rollout: 'proven', nodes: 'proven' },
};

function documentWith(...writes: { object: string; path: string }[]): RunDocument {
  const step = { number: 1, title: 'a', phase: 'enable', state: 'done', writes, startedAt: '2026-11-23T10:00:00Z' };
  const common = { action: 'enable', state: 'finished', reasons: [], notices: [], requestedAt: '2026-11-23T10:00:00Z' };
  return { id: '1', steps: [step], ...common };
}

test('a summary names each object that was written once, with its fields', () => {
  const document = documentWith(
    { object: 'Installation default', path: 'spec.calicoNetwork.linuxDataplane' },
    { object: 'ConfigMap kubernetes-services-endpoint', path: '' },
    { object: 'Installation default', path: 'spec.calicoNodeDaemonSet' },
  );

  assert.deepEqual(summaryOf(report, document), [
    'demo: enabled, era E4, procedure coexist',
    '  counted   3 writes, 20 reads, 2 calls to Azure Resource Manager',
    '  replaced  3 pods of calico-node on 3 nodes',
    '  proof     configuration proven, rollout proven, nodes proven',
    '  written   Installation default: spec.calicoNetwork.linuxDataplane, spec.calicoNodeDaemonSet',
    '            ConfigMap kubernetes-services-endpoint',
  ]);
});

test('fields that are too many for one line have one each', () => {
  const paths = ['a', 'b', 'c'].map((name) => `spec.${name.repeat(40)}`);

  const lines = summaryOf(
    report,
    documentWith(...paths.map((path) => ({ object: 'FelixConfiguration default', path }))),
  );

  const fields = paths.map((path) => `              ${path}`);
  assert.deepEqual(lines.slice(4), ['  written   FelixConfiguration default:', ...fields]);
});

test('a run that did not end well is marked, and nothing proven is said so', () => {
  const [first, , , proof] = summaryOf({ ...report, outcome: 'refused', procedure: null, proof: null }, undefined);

  assert.equal(first, 'demo: refused (!), era E4');
  assert.equal(proof, '  proof     nothing');
});
