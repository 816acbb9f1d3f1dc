import assert from 'node:assert/strict';
import { it } from 'node:test';
import { beforeImageKey } from './before-image-key.ts';
import { endpointConfigMap, felixConfiguration } from './objects.ts';

it('names object and leaf of a before-image', () => {
  const path = ['metadata', 'annotations', 'operator.tigera.io/bpfEnabled'];

  assert.equal(
    beforeImageKey({ object: felixConfiguration, path: ['spec', 'bpfEnabled'] }),
    'felixconfigurations/default/spec/bpfEnabled',
  );
  assert.equal(
    beforeImageKey({ object: felixConfiguration, path }),
    'felixconfigurations/default/metadata/annotations/operator.tigera.io%2FbpfEnabled',
  );
  assert.equal(
    beforeImageKey({ object: endpointConfigMap, path: [] }),
    'configmaps/tigera-operator/kubernetes-services-endpoint',
  );
});
