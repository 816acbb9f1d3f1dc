import { autodetectionPath } from '../data-plane.ts';
import type { JsonObject } from '../facts.ts';
import { objectAt } from '../json.ts';
import { articleReach, isArticleMethod } from '../notices.ts';
import { installation } from '../objects.ts';
import { isSwitched, merge, type StepDefinition } from './step.ts';

/** article.md, A4, with guard rail (i) of calico.md 2.4: a second method is an error, so the others go. */
export const autodetectionStep: StepDefinition = {
  id: 'autodetection',
  title: 'Let Calico pick the right address of each node',
  why: 'Calico takes the address from which it reaches a public one.',
  draft(input) {
    const { facts } = input;
    const methods = objectAt(facts.installation?.spec, ...autodetectionPath);
    const removed = Object.keys(methods).filter((method) => method !== 'canReach');
    if (removed.length === 0 && isArticleMethod('canReach', methods['canReach'])) return undefined;
    // Where the switch is made, AKS may have brought its own method back: then that one stays.
    if (isSwitched(input)) return undefined;
    const patch: JsonObject = { canReach: articleReach };
    for (const method of removed) patch[method] = null;
    const spec = { calicoNetwork: { nodeAddressAutodetectionV4: patch } };
    return { changes: merge(installation, { spec }, facts), until: [], patienceSeconds: 60 };
  },
};
