import { styleText } from 'node:util';
import type { Line } from './narration.ts';

/** Where a person reads: colours on a terminal only, none when NO_COLOR is set. */
export interface Terminal {
  title(text: string): void;
  /** A name and what it is, in two columns. */
  pair(name: string, value: string): void;
  text(text: string): void;
  /** A line about a cluster, `seconds` of simulated time after the start. */
  line(seconds: number, cluster: string, line: Line): void;
  trouble(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

const looks: Record<Line['kind'], { mark: string; style: Style }> = {
  state: { mark: '·', style: 'bold' },
  step: { mark: '→', style: 'cyan' },
  waiting: { mark: ' ', style: 'dim' },
  done: { mark: '✔', style: 'green' },
  trouble: { mark: '✖', style: 'red' },
  good: { mark: '✔', style: ['bold', 'green'] },
  bad: { mark: '✖', style: ['bold', 'red'] },
};

export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const style = (format: Style, text: string) => styleText(format, text, { stream });
  const print = (text: string) => void stream.write(`${text}\n`);
  return {
    title: (text) => print(`\n${style('bold', text)}`),
    pair: (name, value) => print(`  ${name.padEnd(18)} ${value}`),
    text: (text) => print(text),
    line(seconds, cluster, { kind, text }) {
      const { mark, style: format } = looks[kind];
      // One line for each thing on a terminal; a file or a pipe gets all of it.
      const room = stream.isTTY ? Math.max(20, stream.columns - 22) : Infinity;
      const shown = text.length > room ? `${text.slice(0, room - 1)}…` : text;
      print(`  ${style('dim', clockFace(seconds))}  ${cluster.padEnd(8)} ${style(format, `${mark} ${shown}`)}`);
    },
    trouble: (text) => print(style('red', text)),
  };
}

/** Minutes and seconds. */
function clockFace(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(whole / 60)).padStart(2)}:${String(whole % 60).padStart(2, '0')}`;
}
