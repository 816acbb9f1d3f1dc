import type { ConfigChange } from './configuration.ts';

/** A line that Felix writes `after` milliseconds from its start; without a source it is libbpf's, printed as it is. */
export interface FelixLine {
  after: number;
  level?: 'INFO' | 'WARNING' | 'ERROR' | 'PANIC' | 'FATAL';
  /** File and line number as they stand in a line, `felix/daemon.go 132`. */
  source?: string;
  text: string;
}

export interface FelixVariables {
  node: string;
  /** KUBERNETES_SERVICE_HOST and _PORT as the container has them. */
  host: string;
  port: string;
  /** The port of the kube-proxy compatible health check. */
  healthzPort: string;
  /** 1 without the connect-time load balancer, 2 with it. */
  natMode: 1 | 2;
}

/** The line that Felix writes when it takes up eBPF, before it has loaded anything. */
export const announcement = 'BPF enabled, starting BPF endpoint manager and map manager.';

/** The beginning of every start, up to the choice of the data plane. */
export function startLines({ node, host, port }: FelixVariables): FelixLine[] {
  return [
    info(0, 'felix/daemon.go 132', 'Felix starting up GOMAXPROCS=2 builddate="" gitcommit="" version=""'),
    info(
      0,
      'felix/daemon.go 151',
      `Kubernetes server override env vars. KUBERNETES_SERVICE_HOST="${host}" KUBERNETES_SERVICE_PORT="${port}"`,
    ),
    info(0, 'felix/daemon.go 156', 'Loading configuration...'),
    info(1, 'felix/daemon.go 182', 'Loading config file: /etc/calico/felix.cfg'),
    info(2, 'felix/health.go 377', 'Health enabled.  Starting server. host="localhost" port=9099'),
    info(2, 'felix/daemon.go 214', 'Connecting to datastore datastore="kubernetes"'),
    info(4, 'felix/daemon.go 221', 'Created datastore client'),
    info(11, 'felix/daemon.go 1026', 'Loaded ready flag kind="ClusterInformation" name="default" ready=true'),
    info(17, 'felix/daemon.go 1006', `No config of this type kind="FelixConfiguration" name="node.${node}"`),
    info(30, 'felix/daemon.go 354', 'Successfully loaded configuration. GOMAXPROCS=2 builddate="" config={...}'),
    info(34, 'felix/int_dataplane.go 436', 'Creating internal dataplane driver. config={...}'),
    info(35, 'felix/int_dataplane.go 1509', 'Determined pod MTU mtu=1500'),
    info(75, 'felix/int_dataplane.go 784', 'XDP acceleration disabled.'),
  ];
}

/** Without eBPF: ready 0.24 s after the start. */
export function iptablesLines(): FelixLine[] {
  return [
    warning(
      98,
      'felix/int_dataplane.go 792',
      'Failed to cleanup preexisting XDP state error=cannot find XDP object "/usr/lib/calico/bpf/filter.o"',
    ),
    libbpf(200, 'Error in bpf_create_map_xattr(cali_v4_nat_fe3):Invalid argument(-22). Retrying without BTF.'),
    info(
      203,
      'felix/int_dataplane.go 866',
      'Failed to remove BPF connect-time load balancer, ignoring. error=error querying cgroup 11 : no such file or directory',
    ),
    ...loopLines(211),
    health(243, 'CalculationGraph', 'live,ready', 'live,non-ready'),
    info(245, 'felix/daemon.go 1319', 'Datastore now in sync.'),
    inSync(246, '245.40641ms'),
    completed(395, '0.39534291'),
  ];
}

/** Up to the connect-time load balancer, the point at which an affected kernel's Felix panics. */
export function bpfLines({ healthzPort, natMode }: FelixVariables): FelixLine[] {
  return [
    info(102, 'felix/int_dataplane.go 928', announcement),
    libbpf(103, 'Error in bpf_create_map_xattr(cali_v4_nat_fe3):Invalid argument(-22). Retrying without BTF.'),
    info(106, 'felix/int_dataplane.go 2841', `Starting BPF Proxy Healthz server on :${healthzPort}`),
    libbpf(106, "failed to find BTF for extern 'memcmp': -2"),
    health(109, 'BPFEndpointManager', 'non-ready', 'non-ready'),
    info(160, 'felix/bpf_ep_mgr.go 606', `HostNetworkedNATMode is ${natMode}`),
    info(160, 'felix/bpf_ep_mgr.go 641', 'Created bpfin.cali:bpfout.cali veth pair.'),
    info(196, 'felix/syncer.go 703', 'Loading BPF map state from dataplane'),
    info(197, 'felix/syncer.go 707', 'Loaded BPF map state from dataplane'),
    info(197, 'felix/syncer.go 579', 'Applying new state, 3 service'),
    info(197, 'felix/syncer.go 693', 'new state written'),
  ];
}

/** The end of a Felix that cannot attach its connect-time load balancer. */
export function panicLines(): FelixLine[] {
  return [
    libbpf(338, "prog 'calico_sendmsg_v46': BPF program load failed: Invalid argument"),
    libbpf(338, "prog 'calico_sendmsg_v46': -- BEGIN PROG LOAD LOG --"),
    {
      after: 338,
      text: 'processed 6 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0',
    },
    libbpf(338, "prog 'calico_sendmsg_v46': failed to load: -22"),
    libbpf(338, "failed to load object '/usr/lib/calico/bpf/connect_balancer_no_log_co-re_v46.o'"),
    {
      after: 340,
      level: 'PANIC',
      source: 'felix/int_dataplane.go 1027',
      text: 'BPFConnTimeLBEnabled but failed to attach connect-time load balancer, bailing out. error=error loading /usr/lib/calico/bpf/connect_balancer_no_log_co-re_v46.o:error loading program: error loading object invalid argument',
    },
  ];
}

/** From the load balancer to the first programs: what a Felix says that survived it. */
export function attachLines(): FelixLine[] {
  return [
    warning(
      338,
      'felix/int_dataplane.go 1034',
      'Failed to detach connect-time load balancer. Ignoring. error=error querying cgroup 11 : no such file or directory',
    ),
    info(339, 'felix/int_dataplane.go 1082', 'conntrackScanner started'),
    info(340, 'felix/int_dataplane.go 2498', 'BPF enabled, disabling unprivileged BPF usage.'),
    ...loopLines(395),
    health(425, 'CalculationGraph', 'live,ready', 'live,non-ready'),
    info(428, 'felix/daemon.go 1319', 'Datastore now in sync.'),
    inSync(428, '449.995416ms'),
    info(430, 'felix/bpf_ep_mgr.go 1665', 'BPF Interface state map synced.'),
    info(431, 'felix/bpf_ep_mgr.go 1670', 'Default BPF policy programs loaded.'),
  ];
}

const workload = 'azv182c452fe96';

/** eBPF works: programs on every interface, ready 4.9 s after the start. */
export function readyLines(): FelixLine[] {
  return [
    info(4202, 'felix/attach.go 186', 'Program attached to tc. attachPoint=&tc.AttachPoint{Iface:"bpfout.cali"}'),
    info(4506, 'felix/bpf_ep_mgr.go 2040', 'Applied program to host interface id="bpfout.cali"'),
    info(4507, 'felix/bpf_ep_mgr.go 2040', 'Applied program to host interface id="lo"'),
    info(
      4838,
      'felix/bpf_ep_mgr.go 2689',
      `Attached programs to the WEP hook=egress iface="${workload}" type="workload"`,
    ),
    info(
      4928,
      'felix/bpf_ep_mgr.go 2566',
      `Finished applying BPF programs for workload ifaceName="${workload}" timeTaken=418.98941ms`,
    ),
    info(4932, 'felix/bpf_ep_mgr.go 1718', 'Copy delta entries from old map to the new map'),
    health(4932, 'BPFEndpointManager', 'ready', 'non-ready'),
    completed(5012, '5.012430171'),
  ];
}

const refused =
  'error loading /usr/lib/calico/bpf/tc_preamble.o: error loading program: error loading object invalid argument';

/** Every program is refused: endpoints stay dirty, never ready; the last two lines are repeated for ever. */
export function dirtyLines(): FelixLine[] {
  return [
    libbpf(2800, "prog 'cali_tc_preamble': failed to load: -22"),
    libbpf(2800, "failed to load object '/usr/lib/calico/bpf/tc_preamble.o'"),
    warning(
      2811,
      'felix/attach.go 109',
      'Failed to load program attachPoint=&tc.AttachPoint{AttachPoint:bpf.AttachPoint{Hook:1, PolicyIdxV4:3, PolicyIdxV6:0, Iface:"bpfout.cali"}}',
    ),
    warning(
      2974,
      'felix/bpf_ep_mgr.go 2049',
      `Failed to apply policy to interface, will retry error=error attaching tcx program lo:egress:object ${refused}`,
    ),
    ...dirtyAgain(3415),
    health(3415, 'BPFEndpointManager', 'non-ready', 'non-ready'),
    completed(3511, '3.541181302'),
  ];
}

export function dirtyAgain(after: number): FelixLine[] {
  const text = `Failed to apply policy to endpoint, leaving it dirty error=error attaching tcx program ${workload}:egress:object ${refused}`;
  return [warning(after, 'felix/bpf_ep_mgr.go 2137', text)];
}

/** The words are the sources' (calico.md 6); level and place of the line are assumed. */
export function unsupportedLines(): FelixLine[] {
  const text = 'BPF dataplane mode enabled but not supported by the kernel.  Disabling BPF mode.';
  return [{ after: 80, level: 'ERROR', source: 'felix/int_dataplane.go 1082', text }];
}

/** Only the exit is known (calico.md 1.4); the words are assumed. */
export function rejectedLines(): FelixLine[] {
  const text = 'Failed to parse config parameter; value out of range name="BPFKubeProxyHealthzPort" value="0"';
  return [{ after: 18, level: 'FATAL', source: 'felix/config_params.go 1014', text }];
}

/** What Felix says when its configuration changes under it; it exits two seconds later. */
export function shutdownLines(changes: ConfigChange[]): FelixLine[] {
  const texts = changes.map(
    ({ key, newValue, oldValue }) =>
      `Configuration value changed; change DOES require Felix to restart. key="${key}" newValue="${newValue}" oldValue="${oldValue}"`,
  );
  return [
    ...texts.map((text) => info(0, 'felix/daemon.go 1420', text)),
    warning(0, 'felix/daemon.go 831', 'Felix is shutting down reason="config changed"'),
    info(0, 'felix/daemon.go 886', 'Sleeping to avoid tight restart loop. reason="config changed"'),
    info(2001, 'felix/daemon.go 922', 'Exiting for config change rc=129'),
  ];
}

/** `2026-11-23 19:41:24.449 [INFO][19459] felix/daemon.go 132: Felix starting up` */
export function formatLine({ level, source, text }: FelixLine, at: number, pid: number): string {
  if (level === undefined || source === undefined) return text;
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} [${level}][${pid}] ${source}: ${text}`;
}

function loopLines(after: number): FelixLine[] {
  return [
    info(after, 'felix/int_dataplane.go 1369', 'Registering to report health.'),
    health(after + 1, 'FelixStartup', 'live,ready', 'live,non-ready'),
    info(after + 1, 'felix/daemon.go 467', 'Connect to the dataplane driver.'),
    info(after + 1, 'felix/int_dataplane.go 2210', 'Started internal iptables dataplane driver loop'),
    info(after + 4, 'felix/daemon.go 573', 'Starting the datastore Syncer'),
  ];
}

function info(after: number, source: string, text: string): FelixLine {
  return { after, level: 'INFO', source, text };
}

function warning(after: number, source: string, text: string): FelixLine {
  return { after, level: 'WARNING', source, text };
}

function libbpf(after: number, text: string): FelixLine {
  return { after, text: `libbpf: ${text}` };
}

function health(after: number, name: string, newReport: string, oldReport: string): FelixLine {
  const text = `Health of component changed name="${name}" newReport="${newReport}" oldReport="${oldReport}"`;
  return info(after, 'felix/health.go 204', text);
}

function inSync(after: number, timeSinceStart: string): FelixLine {
  const text = `Datastore in sync, flushing the dataplane for the first time... timeSinceStart=${timeSinceStart}`;
  return info(after, 'felix/int_dataplane.go 2367', text);
}

function completed(after: number, seconds: string): FelixLine {
  return info(after, 'felix/int_dataplane.go 2307', `Completed first update to dataplane. secsSinceStart=${seconds}`);
}
