import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** The folder that Azure loads, and the local host too. */
const target = 'dist/app';

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { metafile } = await build({
  entryPoints: { main: 'src/functions/main.ts' },
  outdir: target,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  chunkNames: 'chunks/[name]-[hash]',
  // The host gives this module to the app; it is on no registry.
  external: ['@azure/functions-core'],
  // CommonJS packages in an ES module: they ask for `require`, and the host hooks it there.
  banner: {
    js: "import { createRequire as banneredRequire } from 'node:module'; const require = banneredRequire(import.meta.url);",
  },
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const { name, version, type, main, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  string,
  unknown
>;
writeFileSync(`${target}/package.json`, `${JSON.stringify({ name, version, type, main, engines }, null, 2)}\n`);
cpSync('host.json', `${target}/host.json`);

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.error(
  `built ${target}: ${Object.keys(metafile.outputs).filter((file) => file.endsWith('.js')).length} modules, ${(bytes / 2 ** 20).toFixed(1)} MiB with source maps`,
);
