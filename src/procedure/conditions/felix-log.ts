import type { NodeLog } from '../facts.ts';

/** What one line of calico-node's log says about BPF (calico.md 6 and 15; the lines of a real Felix). */
type Saying = 'start' | 'announced' | 'ready' | 'not-ready' | 'panic' | 'dirty' | 'unsupported' | 'off' | 'programmed';

/** First match wins. */
const sayings: readonly { saying: Saying; pattern: RegExp }[] = [
  { saying: 'start', pattern: /Felix starting up|Felix is shutting down|felix exits/ },
  { saying: 'announced', pattern: /BPF enabled, starting BPF endpoint manager/ },
  { saying: 'unsupported', pattern: /BPF data ?plane mode enabled but not supported by the kernel/i },
  { saying: 'panic', pattern: /\[(?:PANIC|FATAL)\]|^panic: / },
  { saying: 'dirty', pattern: /Failed to load program|leaving it dirty/ },
  { saying: 'ready', pattern: /name="BPFEndpointManager" newReport="(?:[^",]+,)*ready"/ },
  { saying: 'not-ready', pattern: /name="BPFEndpointManager" newReport="/ },
  { saying: 'off', pattern: /key="BPFEnabled" newValue="false"|key:"BPFEnabled"\s+value:"false"/ },
  { saying: 'programmed', pattern: /Completed first update to dataplane/ },
];

export interface FelixState {
  phase:
    /** Nothing about BPF was said. */
    | 'silent'
    /** A Felix ends or begins, and has not said yet which way it goes. */
    | 'starting'
    | 'announced'
    | 'ready'
    | 'panicked'
    | 'dirty'
    | 'unsupported'
    | 'off';
  /** Since BPF last worked. */
  panics: number;
  /** The last line of a panic since then: what follows it is only the next try. */
  panicLine: string | undefined;
  /** The line that led to this phase. */
  line: string | undefined;
}

/**
 * Reads a log from its first line to its last. The announcement alone proves nothing: it is written before any
 * program is loaded (calico.md 6). `programmed` stands for ready where this Calico reports no endpoint manager.
 */
export function readFelixLog(lines: readonly string[], reportsEndpointManager = true): FelixState {
  let state: FelixState = { phase: 'silent', panics: 0, panicLine: undefined, line: undefined };
  for (const line of lines) {
    const saying = sayings.find(({ pattern }) => pattern.test(line))?.saying;
    if (saying) state = next(state, saying, line, reportsEndpointManager);
  }
  return state;
}

function next(state: FelixState, saying: Saying, line: string, reportsEndpointManager: boolean): FelixState {
  switch (saying) {
    case 'start':
      return { ...state, phase: 'starting', line };
    case 'announced':
      return { ...state, phase: 'announced', line };
    case 'ready':
      return { phase: 'ready', panics: 0, panicLine: undefined, line };
    case 'not-ready':
      return state.phase === 'ready' ? { ...state, phase: 'announced', line } : state;
    case 'panic':
      return { phase: 'panicked', panics: state.panics + 1, panicLine: line, line };
    case 'dirty':
      return state.phase === 'off' ? state : { ...state, phase: 'dirty', line };
    case 'unsupported':
      return { ...state, phase: 'unsupported', line };
    case 'off':
      return { phase: 'off', panics: 0, panicLine: undefined, line };
    case 'programmed':
      if (state.phase === 'starting') return { phase: 'off', panics: 0, panicLine: undefined, line };
      // Up to 3.27 nothing more is said: the first programming after the announcement ends a row of panics.
      return state.phase === 'announced' && !reportsEndpointManager
        ? { ...state, panics: 0, panicLine: undefined }
        : state;
  }
}

/** Why the last word of this node is not that BPF is off; undefined: it is, or nobody waits for this node. */
export function notYetOff(log: NodeLog): string | undefined {
  if (!log.ready) return undefined;
  if (!log.lines) return `${log.node}: its log, which could not be read (${log.problem ?? 'no reason given'})`;
  const { phase } = readFelixLog(log.lines);
  return phase === 'off' || phase === 'unsupported' ? undefined : `${log.node}: Felix to say that eBPF is off`;
}
