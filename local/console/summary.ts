import type { Report, RunReport } from './report.ts';
import { isGood } from './report.ts';
import type { Terminal } from './terminal.ts';

/** What a person should remember of the demonstration: what was written and what was proven. */
export function summarise(report: Report, speed: number, terminal: Terminal): void {
  terminal.title('What happened');
  for (const run of report.runs) for (const line of linesOf(run)) terminal.text(line);
  const verdict = report.ok ? 'All clusters are enabled and proven' : 'Not all clusters are enabled and proven';
  terminal.text(`\n  ${verdict}, ${report.elapsedSeconds} s on this machine at ${speed} times real time.`);
}

function linesOf(run: RunReport): string[] {
  const { proof } = run;
  const layers = proof ? Object.entries(proof).map(([layer, result]) => `${layer} ${result}`) : ['nothing'];
  return [
    `  ${run.cluster}: ${run.outcome ?? 'not finished'}${isGood(run) ? '' : ' (!)'}, era ${run.era ?? '?'}, procedure ${run.procedure ?? '?'}`,
    `    written  ${run.writes} writes, ${run.reads} reads, ${run.armCalls} calls to Azure Resource Manager`,
    `    replaced ${run.podsReplaced} calico-node pods on ${run.nodes} nodes`,
    `    proof    ${layers.join(', ')}`,
  ];
}
