import { randomBytes } from 'node:crypto';
import type { Target } from './api.ts';
import { createContractApi } from './api.ts';
import type { ContractCase } from './case.ts';
import { accepted, eventually, gadgetDefinition, gadgetVersion } from './case.ts';
import { builtInCases } from './cases/built-in.ts';
import { createCases } from './cases/create.ts';
import { customCases } from './cases/custom.ts';
import { patchCases } from './cases/patch.ts';
import { readCases } from './cases/read.ts';
import { removeCases } from './cases/remove.ts';
import { serverCases } from './cases/server.ts';
import { strategicCases } from './cases/strategic.ts';
import { updateCases } from './cases/update.ts';
import { watchCases } from './cases/watch.ts';

/** What every Kubernetes API server keeps, by subject. */
export const contract: { readonly [subject: string]: readonly ContractCase[] } = {
  server: serverCases,
  create: createCases,
  read: readCases,
  update: updateCases,
  patch: patchCases,
  'strategic patch': strategicCases,
  delete: removeCases,
  watch: watchCases,
  'custom resources': customCases,
  'built-in kinds': builtInCases,
};

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Makes the custom resource that the cases use; once for each target. */
export async function prepare(target: Target): Promise<void> {
  const api = createContractApi(target);
  try {
    accepted(await api.create(definitions, gadgetDefinition), 201);
    await eventually(async () => (await api.get(`/apis/${gadgetVersion}/gadgets`)).code === 200, 'gadgets are served');
    await eventually(async () => (await api.get('/apis')).text.includes('contract.example.com'), 'they are discovered');
  } finally {
    api.close();
  }
}

export async function runCase(target: Target, given: ContractCase): Promise<void> {
  const api = createContractApi(target);
  const unique = `case-${randomBytes(6).toString('hex')}`;
  const namespace = `own-${unique}`;
  try {
    accepted(await api.create('/api/v1/namespaces', { metadata: { name: namespace } }), 201);
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
    await given.run({ ...api, namespace, configMaps, gadgets: `/apis/${gadgetVersion}/gadgets`, unique });
  } finally {
    api.close();
  }
}
