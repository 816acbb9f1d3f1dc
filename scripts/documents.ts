import { writeFileSync } from 'node:fs';
import { reasonTable } from '../src/reasons.ts';
import { settingsSchema } from '../src/settings.ts';

/** Documents that are made from the code's own tables; `npm run docs` writes them, a test holds them to the tables. */
export const documents: Record<string, () => string> = {
  'docs/reasons.md': reasonsDocument,
  'docs/settings.md': settingsDocument,
};

function reasonsDocument(): string {
  const rows = Object.entries(reasonTable).map(
    ([code, { status, message, remedy }]) =>
      `| \`${code}\` | ${status < 400 ? 'notice' : status} | ${cell(message)} | ${cell(remedy)} |`,
  );
  return [
    '# Reasons',
    '',
    'Every reason that a run, a notice or an HTTP problem can carry. Made from `src/reasons.ts` by `npm run docs`. Words in braces are filled in; the status is that of an HTTP problem with this reason.',
    '',
    '| code | status | what happened | what to do |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function settingsDocument(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const unset = schema.safeParse(undefined);
    const otherwise = unset.success ? (unset.data === undefined ? 'unset' : `\`${String(unset.data)}\``) : 'required';
    return `| \`${name}\` | ${otherwise} | ${cell(schema.description ?? '')} |`;
  });
  return [
    '# Settings',
    '',
    'Environment variables (in Azure: app settings) that the app reads once, at start. A value that is wrong, or a name that looks like one of these and is none, stops the app with a message that names it. An empty value counts as unset. Made from `src/settings.ts` by `npm run docs`.',
    '',
    '| name | default | what it is |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}

if (import.meta.main) {
  for (const [file, make] of Object.entries(documents)) writeFileSync(file, make());
}
