import type { FelixOutcome } from './outcome.ts';
import {
  attachLines,
  bpfLines,
  dirtyLines,
  type FelixLine,
  type FelixVariables,
  iptablesLines,
  panicLines,
  readyLines,
  rejectedLines,
  startLines,
  unsupportedLines,
} from './lines.ts';
import { isAtLeast, numbersOf } from './outcome.ts';

/** One life of Felix: its lines, and when (milliseconds from its start) it is ready or dead, if ever. */
export interface FelixScript {
  lines: FelixLine[];
  readyAfter?: number;
  panicsAfter?: number;
  exitsAfter?: number;
}

/** When a Felix without eBPF answers its readiness probe. */
const iptablesReady = 250;
/** When BPFEndpointManager is ready (calico.md 15.2: 5.5 s from the exit before it). */
const bpfReady = 4932;

export function scriptOf(outcome: FelixOutcome, variables: FelixVariables, calicoVersion: string): FelixScript {
  const start = startLines(variables);
  const bpf = [...start, ...bpfLines(variables)];
  switch (outcome) {
    case 'iptables':
      return { lines: [...start, ...iptablesLines()], readyAfter: iptablesReady };
    case 'unsupported':
      return { lines: [...start, ...unsupportedLines(), ...iptablesLines()], readyAfter: iptablesReady };
    case 'bpf':
      return { lines: forVersion([...bpf, ...attachLines(), ...readyLines()], calicoVersion), readyAfter: bpfReady };
    case 'panics':
      return { lines: [...bpf, ...panicLines()], panicsAfter: 340 };
    case 'dirty':
      return { lines: forVersion([...bpf, ...attachLines(), ...dirtyLines()], calicoVersion) };
    case 'rejects':
      return { lines: [...start.slice(0, 8), ...rejectedLines()], exitsAfter: 18 };
  }
}

/** BPFEndpointManager reports its health from 3.28 on; that an older Felix says the rest alike is assumed. */
function forVersion(lines: FelixLine[], calicoVersion: string): FelixLine[] {
  if (isAtLeast(numbersOf(calicoVersion), [3, 28])) return lines;
  return lines.filter((line) => !line.text.includes('name="BPFEndpointManager"'));
}
