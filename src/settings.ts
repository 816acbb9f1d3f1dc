import leven from 'leven';
import * as z from 'zod';

/** A whole number with a unit that its name carries, from an environment variable. */
function wholeNumber(least: number, most: number, otherwise: number) {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`)
    .default(otherwise);
}

const switchedOff = z
  .enum(['true', 'false'], 'must be true or false')
  .default('false')
  .transform((value) => value === 'true');

const endpoint = z.url({ protocol: /^https$/, error: 'must be an https URL' });

/** Every setting of the app: what it is, its unit, its default. The documents are tested against this table. */
export const settingsSchema = z.object({
  TABLE_ENDPOINT: endpoint.describe(
    'Table service that keeps the records, for example https://<account>.table.core.windows.net.',
  ),
  EVENTGRID_TOPIC_ENDPOINT: endpoint
    .optional()
    .describe('Event Grid topic (CloudEvents) that hears of every finished run. Unset: nobody does.'),
  AZURE_CLIENT_ID: z
    .guid('must be a GUID')
    .optional()
    .describe('Client id of the user-assigned identity. Unset: the identity of the system or of the developer.'),
  AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint
    .default('https://management.azure.com')
    .describe('Azure Resource Manager; another one in sovereign clouds.'),
  KUBELET_WAIT_SECONDS: wholeNumber(0, 600, 60).describe(
    'Seconds. The wait of the article for the kubelet; elsewhere how long the operator may take to show the endpoint before its pod is deleted.',
  ),
  KUBE_PROXY_WATCH_SECONDS: wholeNumber(0, 3600, 120).describe(
    'Seconds. How long the article procedure watches whether kube-proxy stays away.',
  ),
  NEW_CLUSTER_WINDOW_HOURS: wholeNumber(0, 720, 24).describe(
    'Hours. An event acts only on a cluster younger than this.',
  ),
  SETTLE_MINUTES: wholeNumber(1, 1440, 90).describe(
    'Minutes. How long a cluster may take to be Succeeded, running and healthy.',
  ),
  ALLOW_LOCAL_ADMIN: switchedOff.describe(
    'Whether the administrator kubeconfig may be used on clusters with Entra but without Azure RBAC.',
  ),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Thrown at start when a setting is wrong, missing or misspelt; the message names each of them. */
export class SettingsError extends Error {
  readonly names: string[];

  constructor(problems: { name: string; problem: string }[]) {
    super(['The settings are not usable:', ...problems.map(({ name, problem }) => `  ${name} ${problem}`)].join('\n'));
    this.name = 'SettingsError';
    this.names = problems.map(({ name }) => name);
  }
}

const settingNames = Object.keys(settingsSchema.shape);

/** The setting that a name of the environment was probably meant to be; undefined for what is not ours. */
function meantSetting(name: string): string | undefined {
  const upperCase = name.toUpperCase();
  return settingNames.find((known) => known !== name && leven(known, upperCase) <= (known.length > 12 ? 2 : 1));
}

/** Reads every setting once. An empty value counts as unset, as it does in Azure's portal. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const given = Object.fromEntries(
    settingNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const misspelt = Object.keys(environment)
    .filter((name) => !settingNames.includes(name))
    .flatMap((name) => {
      const meant = meantSetting(name);
      return meant ? [{ name, problem: `is not a setting; did you mean ${meant}?` }] : [];
    });
  const parsed = settingsSchema.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return {
          name,
          problem: name in given ? `is "${given[name]}" and ${issue.message}` : 'is not set and has no default',
        };
      });
  if (!parsed.success || misspelt.length > 0) throw new SettingsError([...wrong, ...misspelt]);
  return parsed.data;
}
