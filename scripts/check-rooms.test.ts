import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { forbiddenImports, readModules } from './check-rooms.ts';

const checkout = process.cwd();
const planted = mkdtempSync(join(tmpdir(), 'rooms-'));
after(() => {
  process.chdir(checkout);
  rmSync(planted, { recursive: true });
});

async function violationsOf(files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(planted, file)), { recursive: true });
    writeFileSync(join(planted, file), text);
  }
  process.chdir(planted);
  try {
    return forbiddenImports(await readModules(['src', 'local']));
  } finally {
    process.chdir(checkout);
    rmSync(join(planted, 'src'), { recursive: true });
    rmSync(join(planted, 'local'), { recursive: true });
  }
}

describe('the check of the rooms', () => {
  it('sees imports of values, of types, and dynamic ones', async () => {
    const violations = await violationsOf({
      'src/procedure/plan.ts': "import { clock } from '../../local/clock.ts';\nexport const plan = clock;\n",
      'src/api/run.ts': "import type { Plan } from '../procedure/plan.ts';\nexport type Run = Plan;\n",
      'src/records/late.ts': "export const late = () => import('../procedure/plan.ts');\n",
      'local/clock.ts': 'export const clock = 1;\n',
    });

    assert.deepEqual(violations.map((violation) => violation.split(':')[0] ?? '').toSorted(), [
      'src/api/run.ts imports types of src/procedure/plan.ts',
      'src/procedure/plan.ts imports local/clock.ts',
      'src/records/late.ts imports src/procedure/plan.ts',
    ]);
  });

  it('allows types where only types may come in', async () => {
    const files = {
      'src/procedure/plan.ts': 'export interface Plan { era: string }\nexport const plan = 1;\n',
      'local/clock.ts': 'export const clock = 1;\n',
    };

    assert.deepEqual(
      await violationsOf({
        ...files,
        'src/kubernetes/a.ts': "import type { Plan } from '../procedure/plan.ts';\nexport type A = Plan;\n",
      }),
      [],
    );
    const values = await violationsOf({
      ...files,
      'src/kubernetes/a.ts': "import { plan } from '../procedure/plan.ts';\nexport const a = plan;\n",
    });
    assert.equal(values.length, 1);
  });

  it('names a file that is in no room', async () => {
    const violations = await violationsOf({
      'src/helpers/misc.ts': 'export const a = 1;\n',
      'local/clock.ts': 'export const clock = 1;\n',
    });

    assert.deepEqual(violations, ['src/helpers/misc.ts is in no room']);
  });
});
