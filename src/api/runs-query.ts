import * as z from 'zod';
import { Failure, reason } from '../reasons.ts';
import { outcomeSchema, stateSchema } from './schemas.ts';

/** What `GET /api/runs` asks for. */
export interface RunsQuery {
  filter: {
    /** Resource id in lower case. */
    cluster?: string | undefined;
    state?: z.infer<typeof stateSchema> | undefined;
    outcome?: z.infer<typeof outcomeSchema> | undefined;
  };
  page: { size: number; from?: string | undefined };
}

const pageSize = { default: 50, most: 100 } as const;

const wholeNumber = `is not a whole number from 1 to ${pageSize.most}`;

/** The parameters of `GET /api/runs`. */
export const runsQuerySchema = z.strictObject({
  cluster: z
    .string()
    .max(512, 'is longer than any resource id')
    .transform(resourceIdOf)
    .optional()
    .describe('Resource id, or subscription/group/name.'),
  state: stateSchema.optional(),
  outcome: outcomeSchema.optional(),
  top: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, wholeNumber)
    .transform(Number)
    .refine((value) => value <= pageSize.most, wholeNumber)
    .default(pageSize.default)
    .describe('Runs in one page at most.'),
  next: z
    .string()
    .regex(/^[\w-]{1,4096}$/, 'is not one that a list of runs ended with')
    .optional()
    .describe('Where the page before ended.'),
});

/** The query of a list of runs. Throws a `Failure` with INVALID_REQUEST that names every parameter that is wrong. */
export function readRunsQuery(query: Iterable<[string, string]>): RunsQuery {
  const parameters = [...query];
  const names = parameters.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`the parameter ${shown(twice)} is given twice`);
  const read = runsQuerySchema.safeParse(Object.fromEntries(parameters));
  if (!read.success) throw invalid(read.error.issues.map(problemOf).join('; '));
  const { top, next, ...filter } = read.data;
  return { filter, page: { size: top, from: next } };
}

/** The resource id of either form, in lower case; a filter needs no more of Azure's rules than that. */
function resourceIdOf(cluster: string, context: z.RefinementCtx<string>): string {
  const names =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)$/i.exec(
      cluster,
    ) ?? /^([^/]+)\/([^/]+)\/([^/]+)$/.exec(cluster);
  const [, subscriptionId, resourceGroup, name] = names ?? [];
  if (
    subscriptionId === undefined ||
    resourceGroup === undefined ||
    name === undefined ||
    /[#?\p{Cc}]/u.test(cluster)
  ) {
    context.addIssue('is neither the resource id of a cluster nor subscription/group/name');
    return z.NEVER;
  }
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`.toLowerCase();
}

function problemOf(issue: z.core.$ZodIssue): string {
  const parameter = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `there are no parameters ${issue.keys.slice(0, 5).map(shown).join(', ')}`;
  }
  if (issue.code === 'invalid_value') return `${parameter} is not one of ${issue.values.join(', ')}`;
  return `${parameter} ${issue.message}`;
}

function shown(name: string): string {
  return `"${name.slice(0, 100).replaceAll(/[^ -~]/g, '?')}"`;
}

function invalid(problem: string): Failure {
  return new Failure('permanent', reason('INVALID_REQUEST', { problem }));
}
