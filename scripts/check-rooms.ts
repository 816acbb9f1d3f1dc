import { readFileSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { rooms } from './rooms.ts';

const roomNames = Object.keys(rooms).toSorted((a, b) => b.length - a.length);

/** The room that a file lives in: the longest name that its path begins with. */
function roomOf(file: string): string | undefined {
  return roomNames.find((room) => file === room || (room.endsWith('/') && file.startsWith(room)));
}

/** Every import between two rooms that the table of rooms does not allow, and every file that is in no room. */
export function forbiddenImports(
  modules: { source: string; dependencies: { resolved: string; typeOnly: boolean }[] }[],
): string[] {
  return modules.flatMap(({ source, dependencies }) => {
    const from = roomOf(source);
    if (!from) return [`${source} is in no room`];
    return dependencies.flatMap(({ resolved, typeOnly }) => {
      const to = roomOf(resolved);
      if (!to || to === from) return [];
      const allowed = rooms[from]?.imports ?? [];
      if (allowed === 'everything' || allowed.includes(to)) return [];
      if (typeOnly && rooms[from]?.types?.includes(to)) return [];
      return [
        `${source} imports ${typeOnly ? 'types of ' : ''}${resolved}: ${from} may import ${[...allowed, ...(rooms[from]?.types ?? []).map((room) => `types of ${room}`)].join(', ') || 'nothing'}`,
      ];
    });
  });
}

/** What dependency-cruiser sees below the given folders. */
export async function readModules(folders: string[]): Promise<Parameters<typeof forbiddenImports>[0]> {
  const { output } = await cruise(folders, {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts'] },
  });
  return (output as ICruiseResult).modules.flatMap((module) =>
    module.source.endsWith('.ts')
      ? [
          {
            source: module.source,
            dependencies: module.dependencies.map(({ resolved, dependencyTypes }) => ({
              resolved,
              typeOnly: dependencyTypes.includes('type-only'),
            })),
          },
        ]
      : [],
  );
}

if (import.meta.main) {
  const modules = await readModules(['src', 'local']);
  const imports = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  // A parser that sees no modules finds no violation either (dependency-cruiser with TypeScript 7 and no swc).
  if (modules.length < 30 || imports < modules.length || Object.keys(dependencies).length === 0) {
    console.error(`check-rooms saw only ${modules.length} modules with ${imports} imports: its parser does not work`);
    process.exit(1);
  }
  const violations = forbiddenImports(modules);
  for (const violation of violations) console.error(violation);
  console.error(`rooms: ${modules.length} modules, ${imports} imports, ${violations.length} forbidden`);
  process.exit(violations.length > 0 ? 1 : 0);
}
