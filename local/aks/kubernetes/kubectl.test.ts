import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createContractApi } from './contract/api.ts';
import { configMap, gadget, gadgetDefinition } from './contract/case.ts';
import type { ContractServer } from './contract/real-server.ts';
import { startSimulatedServer } from './contract/simulated-server.ts';

const run = promisify(execFile);
const found = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const labels = { app: 'node' };
const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'node', namespace: 'default' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'main', image: 'none.example/main:1' }] },
    },
  },
};

describe('kubectl', { skip: found ? false : 'no kubectl on the PATH' }, () => {
  let server: ContractServer;
  let directory: string;

  async function kubectl(...args: string[]): Promise<string> {
    const { stdout } = await run('kubectl', ['--kubeconfig', join(directory, 'kubeconfig'), ...args], {
      env: { ...process.env, HOME: directory },
      timeout: 20_000,
    });
    return stdout;
  }

  async function fileOf(name: string, content: unknown): Promise<string> {
    const file = join(directory, name);
    await writeFile(file, JSON.stringify(content));
    return file;
  }

  before(async () => {
    server = await startSimulatedServer();
    directory = await mkdtemp(join(tmpdir(), 'kubectl-'));
    const { url, ca, token } = server.target;
    await fileOf('kubeconfig', {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'own',
      clusters: [
        { name: 'own', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
      ],
      users: [{ name: 'own', user: { token } }],
      contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
    });
    await kubectl('apply', '-f', await fileOf('definition.json', gadgetDefinition));
  });
  after(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('applies what kubectl itself has drafted', async () => {
    const literal = '--from-literal=KUBERNETES_SERVICE_PORT=443';
    const draft = await kubectl('create', 'configmap', 'drafted', literal, '--dry-run=client', '-o', 'json');
    const file = await fileOf('drafted.json', JSON.parse(draft));
    assert.match(await kubectl('apply', '-f', file), /configmap\/drafted created/);
  });

  it('applies, applies again without a change, and applies a change', async () => {
    const file = await fileOf('applied.json', configMap('applied'));
    assert.match(await kubectl('apply', '-f', file), /configmap\/applied created/);
    assert.match(await kubectl('apply', '-f', file), /configmap\/applied unchanged/);
    const changed = await fileOf('changed.json', configMap('applied', { other: '2' }));
    assert.match(await kubectl('apply', '-f', changed), /configmap\/applied configured/);
    assert.equal(await kubectl('get', 'configmap', 'applied', '-o', 'jsonpath={.data}'), '{"other":"2"}');
  });

  it('shows columns, wide ones too', async () => {
    await kubectl('apply', '-f', await fileOf('shown.json', { ...daemonSet, metadata: { name: 'shown' } }));
    assert.match(
      await kubectl('get', 'daemonset', 'shown'),
      /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\nshown +0 +0 +0 +0 +0 +<none> +\d+s\n$/,
    );
    assert.match(
      await kubectl('get', 'ds', 'shown', '-o', 'wide'),
      /CONTAINERS +IMAGES +SELECTOR\n.* main +none.example\/main:1 +app=node\n$/,
    );
  });

  it('shows and patches a custom resource', async () => {
    await kubectl('apply', '-f', await fileOf('gadget.json', gadget('shown', { size: 3 })));
    assert.match(await kubectl('get', 'gd'), /^NAME +SIZE +READY\nshown +3 +\n$/);
    await kubectl('patch', 'gadget', 'shown', '--type=merge', '-p', '{"spec":{"size":4}}');
    await kubectl('patch', 'gadget', 'shown', '--type=json', '-p', '[{"op":"add","path":"/spec/color","value":"Red"}]');
    assert.equal(await kubectl('get', 'gadget', 'shown', '-o', 'jsonpath={.spec.size} {.spec.color}'), '4 Red');
    const wrong = kubectl('patch', 'gadget', 'shown', '--type=merge', '-p', '{"spec":{"color":"Blue"}}');
    await assert.rejects(wrong, /spec.color: Unsupported value: "Blue": supported values: "Red", "Green"/);
  });

  it('refuses an unknown field, as the server does when asked to be strict', async () => {
    const wrong = kubectl('apply', '-f', await fileOf('wrong.json', gadget('wrong', { unknown: 1 })));
    await assert.rejects(wrong, /unknown field "spec.unknown"/);
  });

  it('waits, follows a rollout, and describes', async () => {
    await kubectl('apply', '-f', await fileOf('rolled.json', { ...daemonSet, metadata: { name: 'rolled' } }));
    const api = createContractApi(server.target);
    try {
      const waiting = kubectl('wait', 'daemonset/rolled', '--for=jsonpath={.status.numberReady}=2', '--timeout=15s');
      const rolling = kubectl('rollout', 'status', 'daemonset/rolled', '--timeout=15s');
      const counts = { desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2 };
      const status = { ...counts, numberReady: 2, numberAvailable: 2, numberMisscheduled: 0, observedGeneration: 1 };
      await api.merge('/apis/apps/v1/namespaces/default/daemonsets/rolled/status', { status });
      assert.match(await waiting, /daemonset.apps\/rolled condition met/);
      assert.match(await rolling, /daemon set "rolled" successfully rolled out/);
    } finally {
      api.close();
    }
    assert.match(await kubectl('describe', 'daemonset', 'rolled'), /Desired Number of Nodes Scheduled: 2/);
  });

  it('patches strategically and deletes', async () => {
    await kubectl('apply', '-f', await fileOf('gone.json', { ...daemonSet, metadata: { name: 'gone' } }));
    await kubectl('patch', 'daemonset', 'gone', '-p', '{"spec":{"template":{"spec":{"nodeSelector":{"a":"b"}}}}}');
    const selector = await kubectl('get', 'ds', 'gone', '-o', 'jsonpath={.spec.template.spec.nodeSelector}');
    assert.equal(selector, '{"a":"b"}');
    assert.match(await kubectl('delete', 'daemonset', 'gone'), /daemonset.apps "gone" deleted/);
    await assert.rejects(kubectl('get', 'daemonset', 'gone'), /daemonsets.apps "gone" not found/);
  });
});
