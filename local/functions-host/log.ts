import type { Clock } from '../clock.ts';

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** One line of the host's log. */
export interface LogEntry {
  /** ISO 8601, UTC, by the host's clock. */
  time: string;
  level: LogLevel;
  text: string;
  functionName?: string;
  invocationId?: string;
}

export interface LogSource {
  functionName: string;
  invocationId: string;
}

export type Log = (level: LogLevel, text: string, source?: LogSource) => void;

export function createLog(clock: Clock, write: (entry: LogEntry) => void): Log {
  return (level, text, source) => write({ time: clock.now().toISOString(), level, text, ...source });
}

/** JSON lines, or text that fits a terminal: time, level, function and the first digits of the invocation id. */
export function formatEntry(entry: LogEntry, format: 'json' | 'text'): string {
  if (format === 'json') return JSON.stringify(entry);
  const source = entry.functionName === undefined ? 'host' : entry.functionName;
  const invocation = entry.invocationId === undefined ? '' : ` ${entry.invocationId.slice(0, 8)}`;
  return `${entry.time} ${entry.level.padEnd(11)} ${source}${invocation} ${entry.text}`;
}
