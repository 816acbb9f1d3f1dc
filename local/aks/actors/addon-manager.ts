import type { ActorContext } from './actor.ts';
import { keyOf } from './informer.ts';
import { later } from './later.ts';
import type { CustomObject, DaemonSet } from './objects.ts';
import { createReconciler } from './reconciler.ts';
import { daemonSets, installations } from './resources.ts';
import { isIncluded } from './tigera-operator/subset.ts';

export interface AddonManagerOptions extends ActorContext {
  /** The objects as AKS supplies them; what it does not supply is none of its business. */
  supplied: { installation: CustomObject; kubeProxy: DaemonSet };
  /** Whether a nodeSelector that somebody gave kube-proxy is taken away again (calico.md 5; unknown for today's AKS). */
  kubeProxy: 'leave' | 'restore';
  /** Seconds from a change to its restoration. */
  afterSeconds: number;
}

/** AKS' add-on manager for objects in mode Reconcile: puts supplied fields back, and creates what was deleted. */
export async function runAddonManager(options: AddonManagerOptions): Promise<void> {
  const { api, signal, onError, supplied, afterSeconds } = options;
  const proxies = api.informer(daemonSets);
  const configured = api.informer(installations);
  await Promise.all([proxies.synced, configured.synced]);
  const pending = new Set<string>();
  const restore = createReconciler({ clock: api.clock, signal, onError, reconcile });
  const restoreLater = (key: string) => {
    if (pending.has(key)) return;
    pending.add(key);
    later(api.clock, signal, afterSeconds * 1000, () => {
      pending.delete(key);
      restore(key);
    });
  };
  const proxyKey = keyOf(supplied.kubeProxy.metadata);
  proxies.onChange((object) => {
    if (keyOf(object.metadata) === proxyKey && wrongProxy() !== undefined) restoreLater(proxyKey);
  });
  configured.onChange((object) => {
    if (object.metadata.name === 'default' && wrongInstallation() !== undefined) restoreLater('default');
  });

  async function reconcile(key: string): Promise<void> {
    if (key === 'default') {
      const patch = wrongInstallation();
      if (patch === 'absent') await api.create(installations, supplied.installation);
      else if (patch !== undefined) await api.patch(installations, { name: 'default' }, patch);
      return;
    }
    const patch = wrongProxy();
    if (patch === 'absent') await api.create(daemonSets, supplied.kubeProxy);
    else if (patch !== undefined) await api.patch(daemonSets, supplied.kubeProxy.metadata, patch);
  }

  function wrongInstallation(): object | 'absent' | undefined {
    const found = configured.get('default');
    if (found === undefined) return 'absent';
    return isIncluded(supplied.installation.spec, found.spec) ? undefined : { spec: supplied.installation.spec };
  }

  function wrongProxy(): object | 'absent' | undefined {
    const { name, namespace } = supplied.kubeProxy.metadata;
    const found = proxies.get(name, namespace);
    if (found === undefined) return 'absent';
    if (options.kubeProxy === 'leave') return undefined;
    const wanted = supplied.kubeProxy.spec.template.spec.nodeSelector ?? {};
    const present = found.spec.template.spec.nodeSelector ?? {};
    const foreign = Object.keys(present).filter((key) => !(key in wanted));
    if (foreign.length === 0 && isIncluded(wanted, present)) return undefined;
    const nodeSelector = { ...Object.fromEntries(foreign.map((key) => [key, null])), ...wanted };
    return { spec: { template: { spec: { nodeSelector } } } };
  }
}
