import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effectiveInstallation, linuxDataplaneOf, ownershipOf, type Ownership } from './data-plane.ts';
import type { JsonObject } from './facts.ts';
import { freshE4, installation } from './testing/facts.ts';

describe('ownershipOf', () => {
  const cases: { field?: boolean | null; annotation?: string; expected: Ownership }[] = [
    { expected: 'consistent' },
    { field: false, annotation: 'false', expected: 'consistent' },
    { field: true, annotation: 'true', expected: 'consistent' },
    { field: true, annotation: 'false', expected: 'hand-made' },
    { field: true, expected: 'hand-made' },
    { field: false, expected: 'contradictory' },
    { field: false, annotation: 'true', expected: 'contradictory' },
    { annotation: 'false', expected: 'contradictory' },
    { field: null, annotation: 'false', expected: 'contradictory' },
  ];
  for (const { field, annotation, expected } of cases) {
    it(`takes bpfEnabled ${field} with annotation ${annotation} for ${expected}`, () => {
      const spec: JsonObject = field === undefined ? {} : { bpfEnabled: field };
      const annotations: Record<string, string> = {};
      if (annotation !== undefined) annotations['operator.tigera.io/bpfEnabled'] = annotation;

      assert.equal(ownershipOf(freshE4({ felixConfiguration: { name: 'default', annotations, spec } })), expected);
    });
  }
});

describe('effectiveInstallation', () => {
  it('lays the overlay over default, field by field, and replaces what is no object', () => {
    const facts = freshE4({
      installation: installation({
        spec: { calicoNetwork: { bgp: 'Disabled', ipPools: [] }, cni: { type: 'AzureVNET' } },
      }),
      overlay: installation({
        spec: { calicoNetwork: { linuxDataplane: 'BPF', ipPools: [{ cidr: 'x' }] }, cni: null },
      }),
    });

    assert.deepEqual(effectiveInstallation(facts), {
      calicoNetwork: { bgp: 'Disabled', linuxDataplane: 'BPF', ipPools: [{ cidr: 'x' }] },
      cni: null,
    });
    assert.equal(linuxDataplaneOf(facts), 'BPF');
    assert.equal(linuxDataplaneOf(freshE4({ installation: installation({ spec: {} }) })), 'Iptables');
  });
});
