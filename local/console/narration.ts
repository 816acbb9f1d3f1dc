import type { RunDocument, StepDocument } from './app-client.ts';

/** One thing to tell of a run; how it looks is the terminal's business. */
export interface Line {
  kind: 'state' | 'step' | 'waiting' | 'done' | 'trouble' | 'good' | 'bad';
  text: string;
}

const stateTexts: Record<string, string> = {
  queued: 'the event arrived, the run is queued',
  waiting: 'waiting for the cluster to be ready',
  planning: 'surveying and planning',
  applying: 'applying the plan',
  proving: 'proving that eBPF carries the traffic',
  undoing: 'undoing',
};

/** In these states the plan's steps are behind the run. */
const afterSteps = ['proving', 'undoing'];

/** What is new in a run since it was looked at last. */
export function narrate(before: RunDocument | undefined, now: RunDocument): Line[] {
  const steps = (phase: string) =>
    now.steps
      .filter((step) => step.phase === phase)
      .flatMap((step) =>
        stepLines(
          before?.steps.find(({ number }) => number === step.number),
          step,
        ),
      );
  const isNew = now.state !== before?.state;
  const state: Line[] =
    isNew && now.state !== 'finished' ? [{ kind: 'state', text: stateTexts[now.state] ?? now.state }] : [];
  const [first, second] = afterSteps.includes(now.state) ? [steps('enable'), state] : [state, steps('enable')];
  return [...first, ...second, ...steps('undo'), ...(isNew && now.state === 'finished' ? ending(now) : [])];
}

function stepLines(before: StepDocument | undefined, now: StepDocument): Line[] {
  const lines: Line[] = [];
  const title = `${now.phase === 'undo' ? 'way back: ' : ''}${now.title}`;
  if (!before) lines.push({ kind: 'step', text: title });
  const wait = firstOf(now.waitingFor);
  if (now.state === 'waiting' && wait && wait !== firstOf(before?.waitingFor)) {
    lines.push({ kind: 'waiting', text: wait });
  }
  if (now.state === before?.state) return lines;
  if (now.state === 'done') lines.push({ kind: 'done', text: `${title}${duration(now)}` });
  if (now.state === 'stuck')
    lines.push({ kind: 'trouble', text: `${title} got stuck: ${now.waitingFor ?? 'no reason given'}` });
  return lines;
}

function ending(run: RunDocument): Line[] {
  const reasons = run.reasons.map(({ code, message }) => (message ? `${code}: ${message}` : code));
  const good = run.outcome === 'enabled' || run.outcome === 'already-enabled';
  return [{ kind: good ? 'good' : 'bad', text: [run.outcome ?? 'finished', ...reasons].join(' – ') }];
}

/** The foremost of what a step waits for; the run's document has the rest. */
function firstOf(waitingFor: string | null | undefined): string | undefined {
  return waitingFor?.split('; ')[0];
}

/** In simulated time, which is what the run's record has. */
function duration({ startedAt, finishedAt }: StepDocument): string {
  if (!finishedAt) return '';
  return ` (${Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)} s)`;
}
