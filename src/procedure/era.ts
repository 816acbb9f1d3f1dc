import type { KubernetesFacts } from './facts.ts';
import type { Era, Procedure } from './plan.ts';
import { calicoVersionOf, isBetween, operatorVersionOf, type Version } from './versions.ts';

/** First operator of each era whose schema has `linuxDataplane`, newest first (calico.md 2). */
const eraOfOperator: readonly { era: Era; from: Version }[] = [
  { era: 'E5', from: [1, 43, 0] },
  { era: 'E4', from: [1, 40, 0] },
  { era: 'E3', from: [1, 34, 0] },
  { era: 'E2', from: [0, 0, 0] },
];

const newest: Version = [Infinity, Infinity, Infinity];

interface Support {
  era: Era;
  procedure: Procedure;
  calico: readonly [Version, Version];
  operator: readonly [Version, Version];
}

/** What is known well enough to be switched; the rest is refused by name (calico.md 2.2, 2.4). */
const supported: readonly Support[] = [
  {
    era: 'E1',
    procedure: 'article',
    calico: [
      [3, 13, 0],
      [3, 18, 99],
    ],
    operator: [
      [1, 0, 0],
      [1, 15, 99],
    ],
  },
  {
    era: 'E4',
    procedure: 'coexist',
    calico: [
      [3, 31, 0],
      [3, 31, 99],
    ],
    operator: [
      [1, 40, 0],
      [1, 40, 99],
    ],
  },
];

/** How this Calico is switched: by the schema first, by the operator's version second (calico.md 11, row 14). */
export function eraOf(facts: KubernetesFacts): Era | undefined {
  if (!facts.schema) return undefined;
  if (!facts.schema.linuxDataplane) return 'E1';
  const operator = operatorVersionOf(facts);
  if (!operator) return undefined;
  return eraOfOperator.find(({ from }) => isBetween(operator, from, newest))?.era;
}

/** The era and its procedure, where both versions are known and carried out here; else undefined. */
export function supportOf(facts: KubernetesFacts): { era: Era; procedure: Procedure } | undefined {
  const era = eraOf(facts);
  const calico = calicoVersionOf(facts);
  const operator = operatorVersionOf(facts);
  if (!era || !calico || !operator) return undefined;
  return supported.find(
    (entry) => entry.era === era && isBetween(calico, ...entry.calico) && isBetween(operator, ...entry.operator),
  );
}

/** Operators from 1.34 on own `bpfEnabled` and its annotation (calico.md 1.1). */
export function operatorOwnsFelix(era: Era): boolean {
  return era === 'E3' || era === 'E4' || era === 'E5';
}
