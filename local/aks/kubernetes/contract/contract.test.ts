import { after, before, describe, it } from 'node:test';
import type { Target } from './api.ts';
import type { ContractServer } from './real-server.ts';
import { startRealServer } from './real-server.ts';
import { contract, prepare, runCase } from './run.ts';
import { startSimulatedServer } from './simulated-server.ts';

interface Subject {
  name: string;
  start(): Promise<ContractServer>;
  skip: string | false;
}

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';

const subjects: Subject[] = [
  { name: 'the simulated API server', start: startSimulatedServer, skip: false },
  {
    name: 'a real API server',
    start: () => startRealServer(assets),
    skip: assets === '' ? 'set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver' : false,
  },
];

for (const subject of subjects) {
  describe(`the contract on ${subject.name}`, { skip: subject.skip, concurrency: 4 }, () => {
    let server: ContractServer | undefined;

    function target(): Target {
      if (server === undefined) throw new Error(`${subject.name} has not started`);
      return server.target;
    }

    before(async () => {
      server = await subject.start();
      await prepare(server.target);
    });
    after(() => server?.stop());

    for (const [area, cases] of Object.entries(contract)) {
      for (const given of cases) {
        it(`${area}: ${given.name}`, async (context) => {
          if (given.controllers === true && !target().controllers) {
            context.skip('no kube-controller-manager beside the API server');
            return;
          }
          await runCase(target(), given);
        });
      }
    }
  });
}
