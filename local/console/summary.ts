import type { RunDocument } from './app-client.ts';
import type { Report, RunReport } from './report.ts';
import { isGood } from './report.ts';
import type { Terminal } from './terminal.ts';

/** What a person should remember of the demonstration: what was written and what was proven. */
export function summarise(report: Report, documents: readonly RunDocument[], speed: number, terminal: Terminal): void {
  terminal.title('What happened');
  for (const [index, run] of report.runs.entries()) {
    for (const line of summaryOf(run, documents[index])) terminal.text(`  ${line}`);
  }
  const verdict = report.ok ? 'All clusters are enabled and proven' : 'Not all clusters are enabled and proven';
  terminal.text(`\n  ${verdict}, ${report.elapsedSeconds} s on this machine at ${speed} times real time.`);
}

/** Counts are the simulated servers', names come from the app's own record. */
export function summaryOf(run: RunReport, document: RunDocument | undefined): string[] {
  const { proof } = run;
  const layers = proof ? Object.entries(proof).map(([layer, result]) => `${layer} ${result}`) : ['nothing'];
  return [
    [
      `${run.cluster}: ${run.outcome ?? 'not finished'}${isGood(run) ? '' : ' (!)'}`,
      ...(run.era ? [`era ${run.era}`] : []),
      ...(run.procedure ? [`procedure ${run.procedure}`] : []),
    ].join(', '),
    `  counted   ${run.writes} writes, ${run.reads} reads, ${run.armCalls} calls to Azure Resource Manager`,
    `  replaced  ${run.podsReplaced} pods of calico-node on ${run.nodes} nodes`,
    `  proof     ${layers.join(', ')}`,
    ...writtenBy(document).map((text, index) => `  ${index === 0 ? 'written ' : '        '}  ${text}`),
  ];
}

/** An object's fields go on the lines below it where they make its line longer than this. */
const widest = 100;

/** Texts for each object: its name, and the fields in it. */
function writtenBy(document: RunDocument | undefined): string[] {
  const fields = new Map<string, Set<string>>();
  for (const { object, path } of document?.steps.flatMap(({ writes }) => writes) ?? []) {
    const paths = fields.get(object) ?? new Set();
    fields.set(object, paths.add(path));
  }
  return [...fields].flatMap(([object, paths]) => {
    const named = [...paths].filter((path) => path !== '');
    const all = named.length > 0 ? `${object}: ${named.join(', ')}` : object;
    return all.length > widest ? [`${object}:`].concat(named.map((path) => `  ${path}`)) : [all];
  });
}
