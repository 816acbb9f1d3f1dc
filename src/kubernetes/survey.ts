import * as z from 'zod';
import type { FactName, KubernetesFacts } from '../procedure/facts.ts';
import { Failure, reason } from '../reasons.ts';
import type { Api, ApiRequest } from './api.ts';
import { parseBody } from './body.ts';
import { type FactSource, factSources } from './facts/reads.ts';

const everyFact = Object.keys(factSources) as FactName[];

const clock: ApiRequest = { method: 'GET', path: '/version', what: 'read the version' };

/** The named facts (all of them without names), read in one parallel round; `observedAt` is the earliest answer's time. */
export async function survey(api: Api, only: readonly FactName[] = everyFact): Promise<KubernetesFacts> {
  const parts = await Promise.all([...new Set(only)].map((name) => readFact(api, name, factSources[name])));
  const [observedAt = (await api.send(clock)).at] = parts.flatMap(({ times }) => times).toSorted();
  return Object.assign({ observedAt, endpoint: api.endpoint }, ...parts.map(({ facts }) => facts));
}

async function readFact(api: Api, name: FactName, source: FactSource) {
  const answers = await Promise.all(source.reads.map((request) => api.send(request)));
  const bodies = answers.map((answer, index) =>
    answer.status === 404 ? undefined : parseBody(answer.text, source.reads[index]?.what ?? name),
  );
  return { times: answers.map(({ at }) => at), facts: parseFact(name, source, bodies) };
}

function parseFact(name: FactName, source: FactSource, bodies: readonly unknown[]): Partial<KubernetesFacts> {
  try {
    return source.parse(bodies);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const where = issue ? ` (${issue.path.join('.')}: ${issue.message})` : '';
    throw new Failure('permanent', reason('UNKNOWN_FACT', { fact: `${name}${where}` }));
  }
}
