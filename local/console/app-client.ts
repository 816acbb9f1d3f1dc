import { z } from 'zod';

const layer = z.looseObject({ result: z.string() });

const write = z.looseObject({ object: z.string(), path: z.string() });

const step = z.looseObject({
  number: z.number(),
  title: z.string(),
  phase: z.string(),
  state: z.string(),
  waitingFor: z.string().nullish(),
  writes: z.array(write),
  startedAt: z.string(),
  finishedAt: z.string().nullish(),
});

const reason = z.looseObject({ code: z.string(), message: z.string().optional() });

/** What the console reads of a run's document; everything else in it is the app's own business. */
const runDocument = z.looseObject({
  id: z.string(),
  action: z.string(),
  state: z.string(),
  outcome: z.string().nullish(),
  era: z.string().nullish(),
  procedure: z.string().nullish(),
  steps: z.array(step).default([]),
  reasons: z.array(reason).default([]),
  notices: z.array(reason).default([]),
  proof: z
    .looseObject({
      result: z.string(),
      configuration: layer,
      rollout: layer,
      nodes: z.array(layer.extend({ node: z.string() })),
    })
    .nullish(),
  requestedAt: z.string(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});

const runPage = z.looseObject({ runs: z.array(z.looseObject({ id: z.string() })) });

export type RunDocument = z.infer<typeof runDocument>;
export type StepDocument = z.infer<typeof step>;

export interface AppClient {
  /** The newest run of a cluster, if there is one. */
  newestRun(resourceId: string): Promise<string | undefined>;
  run(id: string): Promise<RunDocument>;
}

/** The app's HTTP API, as anybody meets it. Errors name the address and what was answered. */
export function createAppClient(url: string): AppClient {
  async function get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The app answered ${answer.status} to GET ${path}: ${text.slice(0, 300)}`);
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new Error(`The app's answer to GET ${path} is not what the console reads: ${z.prettifyError(parsed.error)}`);
  }
  return {
    async newestRun(resourceId) {
      const { runs } = await get(`/api/runs?cluster=${encodeURIComponent(resourceId)}`, runPage);
      return runs[0]?.id;
    },
    run: (id) => get(`/api/runs/${id}`, runDocument),
  };
}
