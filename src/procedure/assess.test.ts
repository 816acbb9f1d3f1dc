import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReasonCode } from '../reasons.ts';
import { assess } from './assess.ts';
import type { KubernetesFacts } from './facts.ts';
import type { Action, Source, Verdict } from './plan.ts';
import {
  clusterFacts,
  condition,
  daemonSet,
  freshE1,
  freshE4,
  installation,
  modifiedBySomeoneElse,
  node,
  settings,
  settledStatus,
} from './testing/facts.ts';
import { codesOf } from './testing/verdicts.ts';

const day = 24 * 3600;

function felix(bpfEnabled: boolean | undefined, annotation: string): Partial<KubernetesFacts> {
  const spec = bpfEnabled === undefined ? {} : { bpfEnabled };
  return {
    felixConfiguration: { name: 'default', annotations: { 'operator.tigera.io/bpfEnabled': annotation }, spec },
  };
}

function network(calicoNetwork: Record<string, string>): NonNullable<KubernetesFacts['installation']> {
  return installation({ spec: { calicoNetwork } });
}

const operator = {
  image: 'mcr.microsoft.com/oss/tigera/operator:v1.40.2',
  dnsPolicy: undefined,
  available: 1,
  upToDate: true,
};
const endpoint = { KUBERNETES_SERVICE_HOST: 'demo-rg-1a2b3c.hcp.westeurope.azmk8s.io', KUBERNETES_SERVICE_PORT: '443' };

interface ClusterCase {
  name: string;
  over: Partial<KubernetesFacts>;
  base?: (over: Partial<KubernetesFacts>) => KubernetesFacts;
  source?: Source;
  action?: Action;
  kind: Verdict['kind'];
  codes: ReasonCode[];
}

const e4Notices: ReasonCode[] = [
  'KUBE_PROXY_KEPT',
  'UNSUPPORTED_BY_MICROSOFT',
  'NFTABLES_DURING_ROLLOUT',
  'CONNECTIONS_KEEP_OLD_PATH',
];
const handMadeNotices: ReasonCode[] = [
  'HAND_MADE_TAKEN_OVER',
  'KUBE_PROXY_KEPT',
  'UNSUPPORTED_BY_MICROSOFT',
  'NFTABLES_DURING_ROLLOUT',
];
const e1Notices: ReasonCode[] = ['AUTODETECTION_REPLACED', 'UNSUPPORTED_BY_MICROSOFT', 'CONNECTIONS_KEEP_OLD_PATH'];

const clusterCases: ClusterCase[] = [
  { name: 'E4', over: {}, kind: 'eligible', codes: e4Notices },
  { name: 'E1', over: {}, base: freshE1, kind: 'eligible', codes: e1Notices },
  {
    name: 'kernel 5.4 on E4',
    over: { nodes: [node(0, { kernelVersion: '5.4.0-1040-azure' })] },
    kind: 'refuse',
    codes: ['KERNEL_TOO_OLD'],
  },
  {
    name: 'kernel 5.2 on E1',
    over: { nodes: [node(0, { kernelVersion: '5.2.1' })] },
    base: freshE1,
    kind: 'refuse',
    codes: ['KERNEL_TOO_OLD'],
  },
  { name: 'arm64 on E4', over: { nodes: [node(0, { architecture: 'arm64' })] }, kind: 'eligible', codes: e4Notices },
  {
    name: 'arm64 on E1',
    over: { nodes: [node(0, { architecture: 'arm64' })] },
    base: freshE1,
    kind: 'refuse',
    codes: ['UNSUPPORTED_ARCHITECTURE'],
  },
  {
    name: 'a Windows node',
    over: { nodes: [node(0), node(1, { operatingSystem: 'windows', kernelVersion: '10.0' })] },
    kind: 'refuse',
    codes: ['WINDOWS_NODES'],
  },
  {
    name: 'a virtual node',
    over: { nodes: [node(0), node(1, { virtual: true, kernelVersion: '', ready: false })] },
    kind: 'eligible',
    codes: e4Notices,
  },
  { name: 'no node yet', over: { nodes: [] }, kind: 'wait', codes: ['NODES_NOT_READY'] },
  {
    name: 'a node that is not ready',
    over: { nodes: [node(0), node(1, { ready: false })] },
    kind: 'wait',
    codes: ['NODES_NOT_READY'],
  },
  { name: 'no Installation yet', over: { installation: null }, kind: 'wait', codes: ['CALICO_NOT_HEALTHY'] },
  {
    name: 'no Calico at all yet',
    over: {
      installation: null,
      felixConfiguration: null,
      tigeraStatus: null,
      calicoNode: null,
      operator: null,
      schema: null,
      calicoVersion: null,
    },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'a rollout',
    over: { calicoNode: daemonSet({ updated: 1, image: 'node:v3.31.2' }) },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'an operator at work',
    over: { tigeraStatus: { ...settledStatus(2), available: condition('False') } },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'an error of the operator',
    over: {
      tigeraStatus: { ...settledStatus(2), degraded: condition('True', { reason: 'InvalidConfigurationError' }) },
    },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'a hand-made bpfEnabled',
    over: { ...felix(true, 'false'), tigeraStatus: modifiedBySomeoneElse(2) },
    kind: 'eligible',
    codes: handMadeNotices,
  },
  {
    name: 'a removed bpfEnabled',
    over: { ...felix(undefined, 'false'), tigeraStatus: modifiedBySomeoneElse(2) },
    kind: 'eligible',
    codes: [...handMadeNotices, 'CONNECTIONS_KEEP_OLD_PATH'],
  },
  { name: 'Calico 3.32', over: { calicoVersion: 'v3.32.0' }, kind: 'refuse', codes: ['UNSUPPORTED_ERA'] },
  {
    name: 'operator 1.42',
    over: { operator: { ...operator, image: 'operator:v1.42.4' } },
    kind: 'refuse',
    codes: ['UNSUPPORTED_ERA'],
  },
  {
    name: 'operator 1.38',
    over: { operator: { ...operator, image: 'operator:v1.38.8' }, calicoVersion: 'v3.30.4' },
    kind: 'refuse',
    codes: ['UNSUPPORTED_ERA'],
  },
  {
    name: 'Calico 3.12',
    over: { calicoVersion: 'v3.12.0' },
    base: freshE1,
    kind: 'refuse',
    codes: ['UNSUPPORTED_ERA'],
  },
  {
    name: 'an operator named by digest',
    over: { operator: { ...operator, image: 'operator@sha256:40' } },
    kind: 'refuse',
    codes: ['UNKNOWN_FACT'],
  },
  {
    name: 'a version that only the image tells',
    over: { calicoVersion: null, installation: installation({ calicoVersion: undefined }) },
    kind: 'eligible',
    codes: e4Notices,
  },
  {
    name: 'VPP',
    over: { installation: network({ linuxDataplane: 'VPP' }) },
    kind: 'refuse',
    codes: ['OTHER_DATA_PLANE'],
  },
  {
    name: 'Nftables',
    over: { installation: network({ linuxDataplane: 'Nftables' }) },
    kind: 'eligible',
    codes: e4Notices,
  },
  {
    name: 'the one-shot fields',
    over: { installation: network({ bpfNetworkBootstrap: 'Enabled' }) },
    kind: 'refuse',
    codes: ['ONE_SHOT_FIELDS'],
  },
  {
    name: 'an overlay that says otherwise',
    over: { overlay: network({ linuxDataplane: 'Iptables' }) },
    kind: 'refuse',
    codes: ['OVERLAY_INSTALLATION'],
  },
  {
    name: 'an overlay about something else',
    over: { overlay: network({ mtu: '1400' }) },
    kind: 'eligible',
    codes: e4Notices,
  },
  {
    name: 'an overlay that is on eBPF',
    over: { overlay: network({ linuxDataplane: 'BPF' }) },
    kind: 'eligible',
    codes: e4Notices.filter((code) => code !== 'NFTABLES_DURING_ROLLOUT'),
  },
  {
    name: 'an overlay with a DNS policy',
    over: {
      overlay: installation({ spec: { calicoNodeDaemonSet: { spec: { template: { spec: { dnsPolicy: 'None' } } } } } }),
    },
    kind: 'refuse',
    codes: ['OVERLAY_INSTALLATION'],
  },
  {
    name: 'the oldest kernel that works',
    over: { nodes: [node(0, { kernelVersion: '5.10.0' })] },
    kind: 'eligible',
    codes: e4Notices,
  },
  {
    name: 'custom resources that are not there yet',
    over: { schema: null },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'an operator that is not there yet',
    over: { operator: null },
    kind: 'wait',
    codes: ['CALICO_NOT_HEALTHY'],
  },
  {
    name: 'an address instead of a name',
    over: { endpoint: { host: '20.1.2.3', port: 443 } },
    kind: 'refuse',
    codes: ['ENDPOINT_NOT_A_NAME'],
  },
  {
    name: 'an IPv6 address',
    over: { endpoint: { host: 'fd00::1', port: 443 } },
    kind: 'refuse',
    codes: ['ENDPOINT_NOT_A_NAME'],
  },
  { name: 'our own ConfigMap', over: { endpointConfigMap: endpoint }, kind: 'eligible', codes: e4Notices },
  {
    name: 'another ConfigMap',
    over: { endpointConfigMap: { ...endpoint, KUBERNETES_SERVICE_HOST: '10.0.0.1' } },
    kind: 'refuse',
    codes: ['ENDPOINT_TAKEN'],
  },
  {
    name: 'another port',
    over: { endpointConfigMap: { ...endpoint, KUBERNETES_SERVICE_PORT: '6443' } },
    kind: 'refuse',
    codes: ['ENDPOINT_TAKEN'],
  },
  { name: 'an empty ConfigMap', over: { endpointConfigMap: {} }, kind: 'eligible', codes: e4Notices },
  {
    name: 'IPVS',
    over: { kubeProxy: daemonSet({ command: ['kube-proxy', '--proxy-mode=ipvs'] }) },
    kind: 'refuse',
    codes: ['KUBE_PROXY_IPVS'],
  },
  {
    name: 'workloads, by event',
    over: { workloadPods: 4 },
    source: 'event',
    kind: 'refuse',
    codes: ['WORKLOADS_RUNNING'],
  },
  { name: 'workloads, by hand', over: { workloadPods: 4 }, kind: 'eligible', codes: e4Notices },
  {
    name: 'an unread fact',
    over: { kubeProxy: undefined, schema: undefined },
    kind: 'refuse',
    codes: ['UNKNOWN_FACT', 'UNKNOWN_FACT'],
  },
  {
    name: 'two reasons, one of which would pass',
    over: { nodes: [node(0, { ready: false })], endpoint: { host: '20.1.2.3', port: 443 } },
    kind: 'refuse',
    codes: ['ENDPOINT_NOT_A_NAME'],
  },
  {
    name: 'reasons in the order of the table',
    over: { workloadPods: 1, calicoVersion: 'v3.32.0', nodes: [node(0, { kernelVersion: '4.15.0' })] },
    source: 'sweep',
    kind: 'refuse',
    codes: ['KERNEL_TOO_OLD', 'UNSUPPORTED_ERA', 'WORKLOADS_RUNNING'],
  },
  {
    name: 'a plan that would have to wait',
    over: { nodes: [] },
    action: 'plan',
    kind: 'refuse',
    codes: ['NODES_NOT_READY'],
  },
  {
    name: 'a verification of an ill cluster',
    over: {
      nodes: [],
      tigeraStatus: modifiedBySomeoneElse(2),
      endpointConfigMap: { ...endpoint, KUBERNETES_SERVICE_HOST: 'x.y' },
    },
    action: 'verify',
    kind: 'eligible',
    codes: e4Notices,
  },
  {
    name: 'a verification of another era',
    over: { calicoVersion: 'v3.32.0' },
    action: 'verify',
    kind: 'refuse',
    codes: ['UNSUPPORTED_ERA'],
  },
];

describe('assess', () => {
  for (const { name, over, base = freshE4, source = 'http', action = 'enable', kind, codes } of clusterCases) {
    it(`says ${kind} of ${name}`, () => {
      const verdict = assess(clusterFacts(base(over)), { action, source, settings });

      assert.deepEqual(codesOf(verdict), [kind, codes]);
      assert.doesNotMatch(JSON.stringify(verdict), /\{[a-z]+\}/);
    });
  }

  it('says what Azure alone decides, too', () => {
    const facts = clusterFacts(freshE4({ endpoint: { host: '20.1.2.3', port: 443 } }), { windowsPools: ['win1'] });
    const old = clusterFacts(freshE4(), { ageSeconds: 3 * day });
    const request = { action: 'enable', source: 'event', settings } as const;

    assert.deepEqual(codesOf(assess(facts, request)), ['refuse', ['WINDOWS_NODES', 'ENDPOINT_NOT_A_NAME']]);
    assert.deepEqual(codesOf(assess(old, request)), ['skip', ['EXISTING_CLUSTER']]);
  });

  it('names era and procedure of what is eligible', () => {
    const request = { action: 'enable', source: 'event', settings } as const;
    const [e1, e4] = [freshE1(), freshE4()].map((facts) => assess(clusterFacts(facts), request));

    assert.deepEqual(e1?.kind === 'eligible' && [e1.era, e1.procedure], ['E1', 'article']);
    assert.deepEqual(e4?.kind === 'eligible' && [e4.era, e4.procedure], ['E4', 'coexist']);
  });
});
