import assert from 'node:assert/strict';
import { summarise } from '../../local/aks/kubernetes/request-log.ts';
import { runsOf, until, type TestCluster, type World } from './world.ts';

const writesOf = (cluster: TestCluster) => summarise(cluster.appRequests()).writes;

/** Kills the host as soon as the app's next write has arrived, and starts it again; false: the run ended first. */
async function crashAtNextWrite(world: World, cluster: TestCluster, runs: number): Promise<boolean> {
  const before = writesOf(cluster);
  let ended = false;
  void cluster.finished(runs).then(
    () => (ended = true),
    () => undefined,
  );
  await until('a write', () => (ended || writesOf(cluster) > before ? true : undefined), 1);
  if (writesOf(cluster) === before) return false;
  await world.killHost();
  await world.restartHost();
  return true;
}

async function crashAtEveryWrite(world: World, cluster: TestCluster, runs: number): Promise<number> {
  let crashes = 0;
  while (await crashAtNextWrite(world, cluster, runs)) crashes += 1;
  return crashes;
}

function configurationOf(cluster: TestCluster): unknown {
  return [
    cluster.object('operator.tigera.io/installations', 'default')?.spec,
    cluster.object('crd.projectcalico.org/felixconfigurations', 'default')?.spec,
    cluster.object('apps/daemonsets', 'kube-proxy', 'kube-system')?.spec['template'],
    cluster.object('/configmaps', 'kubernetes-services-endpoint', 'tigera-operator'),
  ];
}

/** Enables and disables a cluster under a crash at each write; both end as without one. */
export async function enableAndDisableUnderCrashes(world: World, cluster: TestCluster, writes: number): Promise<void> {
  const before = configurationOf(cluster);
  await world.changeTag(cluster);

  const crashes = await crashAtEveryWrite(world, cluster, 1);

  const run = await cluster.finished();
  assert.equal(run.outcome, 'enabled');
  assert.ok(crashes >= writes, `${crashes} crashes`);
  assert.equal(writesOf(cluster), writes, 'nothing was written twice');
  assert.equal((await cluster.runs()).length, 1);

  await world.fetchApp(runsOf(cluster.resourceId), { method: 'POST', body: '{"action":"disable"}' });
  await crashAtEveryWrite(world, cluster, 2);

  const undone = await cluster.finished(2);
  assert.deepEqual([undone.outcome, undone.reasons], ['undone', []]);
  assert.deepEqual(configurationOf(cluster), before);
}
