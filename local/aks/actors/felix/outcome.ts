import type { FelixConfig } from './configuration.ts';

/**
 * What becomes of a Felix that starts.
 * - `iptables`: eBPF is off; `bpf`: on, and works
 * - `unsupported`: on, refused because of the kernel, iptables instead
 * - `panics`: the connect-time load balancer cannot be attached; `dirty`: no program can
 * - `rejects`: the configuration has a value that this version does not take
 */
export type FelixOutcome = 'iptables' | 'bpf' | 'unsupported' | 'panics' | 'dirty' | 'rejects';

export interface FelixCircumstances {
  config: FelixConfig;
  /** `v3.31.2` */
  calicoVersion: string;
  /** `6.6.143.1-1.azl3` */
  kernelVersion: string;
  has(behaviour: 'panics' | 'dirty' | 'unsupportedKernel'): boolean;
}

/** Decides by configuration, version and kernel (calico.md 1.4, 1.10, 3); a node's own behaviour comes first. */
export function outcomeOf({ config, calicoVersion, kernelVersion, has }: FelixCircumstances): FelixOutcome {
  const calico = numbersOf(calicoVersion);
  const kernel = numbersOf(kernelVersion);
  if (config['BPFKubeProxyHealthzPort'] === '0' && !isAtLeast(calico, [3, 32])) return 'rejects';
  if (config['BPFEnabled'] !== 'true') return 'iptables';
  if (has('unsupportedKernel') || !isAtLeast(kernel, [5, 3])) return 'unsupported';
  if (has('panics')) return 'panics';
  if (has('dirty')) return 'dirty';
  if (hasTailCallFix(kernel)) {
    if (needsWorkaround(calico, [3, 30, 5]) || needsWorkaround(calico, [3, 31, 3])) {
      if (config['BPFConnectTimeLoadBalancing'] !== 'Disabled') return 'panics';
    }
    if (needsWorkaround(calico, [3, 31, 3]) && config['BPFAttachType'] !== 'TC') return 'dirty';
  }
  // From 3.30 on the programs need 5.10; an older kernel's verifier refuses them.
  if (isAtLeast(calico, [3, 30]) && !isAtLeast(kernel, [5, 10])) return 'dirty';
  return 'bpf';
}

/** The first release of each kernel series with CVE-2025-40123's fix; a newer series has it from its start. */
const fixedIn: readonly (readonly [number, number, number])[] = [
  [6, 6, 112],
  [6, 12, 53],
  [6, 17, 5],
];

function hasTailCallFix(kernel: number[]): boolean {
  const [major = 0, minor = 0] = kernel;
  if (isAtLeast(kernel, [6, 18])) return true;
  return fixedIn.some((fix) => fix[0] === major && fix[1] === minor && isAtLeast(kernel, fix));
}

/** True for the releases of `fix`'s minor version that came before it. */
function needsWorkaround(calico: number[], fix: readonly [number, number, number]): boolean {
  return calico[0] === fix[0] && calico[1] === fix[1] && !isAtLeast(calico, fix);
}

/** `v3.31.2` and `6.6.143.1-1.azl3` as numbers, as far as they go. */
export function numbersOf(version: string): number[] {
  return (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}

export function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, wanted] of least.entries()) {
    const part = version[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
