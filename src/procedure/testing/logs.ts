import type { NodeLog } from '../facts.ts';

/** Lines of a real Felix, shortened: the beginning of its start. */
export const starting = [
  '2026-11-23 19:41:24.417 [INFO][19459] felix/daemon.go 132: Felix starting up GOMAXPROCS=2 builddate="" gitcommit="" version=""',
  '2026-11-23 19:41:24.417 [INFO][19459] felix/daemon.go 156: Loading configuration...',
];

export const announced = [
  '2026-11-23 19:41:24.519 [INFO][19459] felix/int_dataplane.go 928: BPF enabled, starting BPF endpoint manager and map manager.',
  'libbpf: Error in bpf_create_map_xattr(cali_v4_nat_fe3):Invalid argument(-22). Retrying without BTF.',
  '2026-11-23 19:41:26.047 [INFO][19459] felix/health.go 204: Health of component changed name="BPFEndpointManager" newReport="non-ready" oldReport="non-ready"',
];

/** What works says this too: programs of other kernels are tried first. */
export const attaching = [
  '2026-11-23 19:41:26.395 [INFO][19459] felix/int_dataplane.go 2210: Started internal iptables dataplane driver loop',
  "libbpf: prog 'calico_tc_skb_ipv4_frag': failed to load: -13",
  "libbpf: failed to load object '/usr/lib/calico/bpf/to_wep_no_log_co-re.o'",
];

export const ready = [
  '2026-11-23 19:41:29.349 [INFO][19459] felix/health.go 204: Health of component changed name="BPFEndpointManager" newReport="ready" oldReport="non-ready"',
];

export const programmed = [
  '2026-11-23 19:31:05.057 [INFO][24798] felix/int_dataplane.go 2307: Completed first update to dataplane. secsSinceStart=0.303678716',
];

export const panicking = [
  "libbpf: prog 'calico_sendmsg_v46': failed to load: -22",
  '2026-11-23 19:32:41.987 [PANIC][27301] felix/int_dataplane.go 1027: BPFConnTimeLBEnabled but failed to attach connect-time load balancer, bailing out. error=error loading /usr/lib/calico/bpf/connect_balancer_no_log_co-re_v46.o:error loading program: error loading object invalid argument',
];

export const dirty = [
  '2026-11-23 19:34:12.615 [WARNING][2600] felix/bpf_ep_mgr.go 2137: Failed to apply policy to endpoint, leaving it dirty error=error attaching tcx program azv6a91d87bb13:egress:object error loading /usr/lib/calico/bpf/tc_preamble.o',
];

export const unsupported = [
  '2026-11-23 19:41:24.519 [ERROR][19459] felix/int_dataplane.go 1082: BPF dataplane mode enabled but not supported by the kernel.  Disabling BPF mode.',
];

export const switchedOff = [
  '2026-11-23 19:51:21.853 [INFO][18952] felix/daemon.go 1420: Configuration value changed; change DOES require Felix to restart. key="BPFEnabled" newValue="false" oldValue="true"',
];

export const shuttingDown = [
  '2026-11-23 19:51:21.853 [WARNING][18952] felix/daemon.go 831: Felix is shutting down reason="config changed"',
  '2026-11-23 19:51:23.854 [INFO][18952] felix/daemon.go 922: Exiting for config change rc=129',
];

export const inIptables = [...starting, ...programmed];
export const inBpf = [...starting, ...announced, ...attaching, ...ready];
export const inPanic = [...starting, ...announced, ...panicking];

/** The log of one of the nodes that `node` makes. */
export function logOf(number: number, lines: string[] | undefined, over: Partial<NodeLog> = {}): NodeLog {
  return {
    node: `aks-nodepool1-12345678-vmss00000${number}`,
    pod: `calico-node-${number}`,
    ready: true,
    lines,
    ...over,
  };
}
