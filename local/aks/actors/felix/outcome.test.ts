import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FelixOutcome, outcomeOf } from './outcome.ts';

interface Case {
  title: string;
  calico?: string;
  kernel?: string;
  config?: Record<string, string>;
  behaviour?: string;
  outcome: FelixOutcome;
}

const fixed = '6.6.143.1-1.azl3';
const unfixed = '5.15.0-1116-azure';
const on = { BPFEnabled: 'true' };
const noBalancer = { ...on, BPFConnectTimeLoadBalancing: 'Disabled' };
const bothFields = { ...noBalancer, BPFAttachType: 'TC' };

const cases: Case[] = [
  { title: 'eBPF off', outcome: 'iptables' },
  { title: 'defaults on a kernel with the fix', config: on, outcome: 'panics' },
  { title: 'load balancer disabled, attach type by default', config: noBalancer, outcome: 'dirty' },
  { title: 'load balancer disabled, TCX asked for', config: { ...noBalancer, BPFAttachType: 'TCX' }, outcome: 'dirty' },
  { title: 'attach type only', config: { ...on, BPFAttachType: 'TC' }, outcome: 'panics' },
  { title: 'both fields', config: bothFields, outcome: 'bpf' },
  { title: 'defaults on a kernel without the fix', kernel: unfixed, config: on, outcome: 'bpf' },
  { title: 'the last kernel before the fix', kernel: '6.6.111', config: on, outcome: 'bpf' },
  { title: 'a series that never was without it', kernel: '6.18.0', config: on, outcome: 'panics' },
  { title: '3.31.3 needs no field', calico: 'v3.31.3', config: on, outcome: 'bpf' },
  { title: '3.30.4 needs the load balancer disabled', calico: 'v3.30.4', config: on, outcome: 'panics' },
  { title: '3.30.4 needs no attach type', calico: 'v3.30.4', config: noBalancer, outcome: 'bpf' },
  { title: '3.30.5 needs no field', calico: 'v3.30.5', config: on, outcome: 'bpf' },
  { title: '3.18.1 on 5.4', calico: 'v3.18.1', kernel: '5.4.0-1036-azure', config: on, outcome: 'bpf' },
  { title: 'a kernel before 5.3', calico: 'v3.18.1', kernel: '5.0.0', config: on, outcome: 'unsupported' },
  { title: 'a kernel before 5.10 under 3.31', kernel: '5.4.0', config: bothFields, outcome: 'dirty' },
  { title: 'health port 0 before 3.32', config: { BPFKubeProxyHealthzPort: '0' }, outcome: 'rejects' },
  {
    title: 'health port 0 from 3.32',
    calico: 'v3.32.1',
    config: { BPFKubeProxyHealthzPort: '0' },
    outcome: 'iptables',
  },
  { title: 'a node that panics anyhow', config: bothFields, behaviour: 'panics', outcome: 'panics' },
  { title: 'a node that panics, eBPF off', behaviour: 'panics', outcome: 'iptables' },
  { title: 'a node that stays dirty anyhow', config: bothFields, behaviour: 'dirty', outcome: 'dirty' },
  {
    title: 'a kernel said to be unsupported',
    config: bothFields,
    behaviour: 'unsupportedKernel',
    outcome: 'unsupported',
  },
];

describe('what becomes of a Felix that starts', () => {
  for (const { title, calico = 'v3.31.2', kernel = fixed, config = {}, behaviour, outcome } of cases) {
    it(`${title}: ${outcome}`, () => {
      const has = (asked: string) => asked === behaviour;
      assert.equal(outcomeOf({ config, calicoVersion: calico, kernelVersion: kernel, has }), outcome);
    });
  }
});
