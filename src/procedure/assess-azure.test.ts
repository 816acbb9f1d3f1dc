import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReasonCode } from '../reasons.ts';
import { assessAzure } from './assess.ts';
import type { ManagedClusterFacts } from './facts.ts';
import type { Source, Verdict } from './plan.ts';
import { managedCluster, settings } from './testing/facts.ts';
import { codesOf } from './testing/verdicts.ts';

const day = 24 * 3600;

interface AzureCase {
  name: string;
  over: Partial<ManagedClusterFacts>;
  source?: Source;
  kind: Verdict['kind'] | undefined;
  codes: ReasonCode[];
}

const azureCases: AzureCase[] = [
  { name: 'a new cluster', over: {}, kind: undefined, codes: [] },
  {
    name: 'one that is being made',
    over: { provisioningState: 'Creating' },
    kind: 'wait',
    codes: ['CLUSTER_NOT_READY'],
  },
  { name: 'one that failed', over: { provisioningState: 'Failed' }, kind: 'wait', codes: ['CLUSTER_NOT_READY'] },
  { name: 'a stopped one', over: { powerState: 'Stopped' }, kind: 'wait', codes: ['CLUSTER_NOT_READY'] },
  { name: 'one that goes', over: { provisioningState: 'Deleting' }, kind: 'refuse', codes: ['CLUSTER_DELETED'] },
  { name: 'Automatic', over: { automatic: true }, kind: 'refuse', codes: ['UNSUPPORTED_NETWORK'] },
  { name: 'the Cilium data plane', over: { networkDataplane: 'cilium' }, kind: 'skip', codes: ['ALREADY_CILIUM'] },
  { name: 'the Cilium policy', over: { networkPolicy: 'cilium' }, kind: 'skip', codes: ['ALREADY_CILIUM'] },
  { name: 'no policy', over: { networkPolicy: undefined }, kind: 'refuse', codes: ['NO_CALICO'] },
  { name: 'the policy of Azure', over: { networkPolicy: 'azure' }, kind: 'refuse', codes: ['NO_CALICO'] },
  { name: 'kubenet', over: { networkPlugin: 'kubenet' }, kind: 'refuse', codes: ['UNSUPPORTED_NETWORK'] },
  {
    name: 'its own CNI',
    over: { networkPlugin: 'none', networkPolicy: 'none' },
    kind: 'refuse',
    codes: ['NO_CALICO', 'UNSUPPORTED_NETWORK'],
  },
  { name: 'dual stack', over: { ipFamilies: ['IPv4', 'IPv6'] }, kind: 'refuse', codes: ['UNSUPPORTED_NETWORK'] },
  {
    name: 'Windows and dual stack',
    over: { windowsPools: ['win1'], ipFamilies: ['IPv4', 'IPv6'] },
    kind: 'refuse',
    codes: ['UNSUPPORTED_NETWORK', 'WINDOWS_NODES'],
  },
  { name: 'an old cluster', over: { ageSeconds: 3 * day }, kind: 'skip', codes: ['EXISTING_CLUSTER'] },
  { name: 'a day to the second', over: { ageSeconds: day }, kind: undefined, codes: [] },
  {
    name: 'an old cluster, swept',
    over: { ageSeconds: 3 * day },
    source: 'sweep',
    kind: 'skip',
    codes: ['EXISTING_CLUSTER'],
  },
  { name: 'an old cluster, by hand', over: { ageSeconds: 3 * day }, source: 'http', kind: undefined, codes: [] },
  { name: 'an unknown age', over: { ageSeconds: undefined }, kind: 'refuse', codes: ['CLUSTER_AGE_UNKNOWN'] },
  { name: 'an unknown age, by hand', over: { ageSeconds: undefined }, source: 'cli', kind: undefined, codes: [] },
  {
    name: 'an old cluster of any kind',
    over: { ageSeconds: 3 * day, windowsPools: ['win1'], provisioningState: 'Updating' },
    kind: 'skip',
    codes: ['EXISTING_CLUSTER'],
  },
];

describe('assessAzure', () => {
  for (const { name, over, source = 'event', kind, codes } of azureCases) {
    it(`says ${kind ?? 'nothing'} of ${name}`, () => {
      const verdict = assessAzure(managedCluster(over), { source, settings });

      assert.deepEqual(codesOf(verdict), [kind, codes]);
    });
  }

  it('leaves no placeholder in its sentences', () => {
    for (const { over, source = 'event' } of azureCases) {
      assert.doesNotMatch(JSON.stringify(assessAzure(managedCluster(over), { source, settings }) ?? ''), /\{[a-z]+\}/);
    }
  });

  it('says how old the cluster is', () => {
    const verdict = assessAzure(managedCluster({ ageSeconds: 90 * day }), { source: 'event', settings });

    assert.match(JSON.stringify(verdict), /created 90 days ago, before the window for new clusters \(24 h\)/);
  });
});
