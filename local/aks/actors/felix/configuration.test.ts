import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CustomObject } from '../objects.ts';
import { changesOf, resolveConfig } from './configuration.ts';

function felix(spec: Record<string, unknown>): CustomObject {
  return { apiVersion: 'crd.projectcalico.org/v1', kind: 'FelixConfiguration', metadata: { name: 'default' }, spec };
}

describe("Felix' configuration", () => {
  it('names parameters as Felix does', () => {
    const config = resolveConfig({}, undefined, felix({ bpfEnabled: false, nftablesMode: 'Enabled', vxlanVNI: 4096 }));
    assert.deepEqual(config, { BPFEnabled: 'false', NFTablesMode: 'Enabled', VXLANVNI: '4096' });
  });

  it("takes the node's over the default, and the environment over both", () => {
    const global = felix({ bpfEnabled: true, bpfAttachType: 'TC', healthPort: 9099 });
    const config = resolveConfig({ FELIX_BPFENABLED: 'false', HOME: '/' }, felix({ bpfAttachType: 'TCX' }), global);
    assert.deepEqual(config, { BPFEnabled: 'false', BPFAttachType: 'TCX', HealthPort: '9099' });
  });

  it('says what changed, with what came and what went', () => {
    const changes = changesOf({ BPFEnabled: 'false', HealthPort: '9099' }, { BPFEnabled: 'true', BPFAttachType: 'TC' });
    assert.deepEqual(changes, [
      { key: 'BPFAttachType', newValue: 'TC', oldValue: '' },
      { key: 'BPFEnabled', newValue: 'true', oldValue: 'false' },
      { key: 'HealthPort', newValue: '', oldValue: '9099' },
    ]);
  });
});
