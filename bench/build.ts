/** Bundles what runs in the local cloud during the benchmark, all with the same settings: those of functions/build.ts. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE, buildFunctions } from '../functions/build.ts';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Everything that the benchmark builds; not committed. */
export const BUILD_DIRECTORY = join(PROJECT, 'dist', 'bench');
/** `updater`, `broadcaster`: what is deployed. */
export const OURS = join(BUILD_DIRECTORY, 'ours');
/** `updater`, `broadcaster` of the first design. */
export const BASELINE = join(BUILD_DIRECTORY, 'baseline');
/** `poster`: posts as fast as it can. */
export const POSTER = join(BUILD_DIRECTORY, 'poster');

export async function buildAll(): Promise<void> {
  await Promise.all([
    buildFunctions({ outDirectory: OURS }),
    bundle(join(PROJECT, 'bench', 'baseline', 'updater.ts'), join(BASELINE, 'updater', 'index.mjs')),
    bundle(join(PROJECT, 'bench', 'baseline', 'broadcaster.ts'), join(BASELINE, 'broadcaster', 'index.mjs')),
    bundle(join(PROJECT, 'bench', 'poster.ts'), join(POSTER, 'index.mjs')),
  ]);
}

/** @param modules further folder in which packages are looked for */
export async function bundle(entryPoint: string, outfile: string, modules?: string): Promise<void> {
  await build({
    ...BUNDLE,
    entryPoints: [entryPoint],
    outfile,
    banner: {
      // What CommonJS code expects to be there.
      js: [
        "import{createRequire as __createRequire}from'node:module'",
        "import{dirname as __directoryOf}from'node:path'",
        "import{fileURLToPath as __pathOf}from'node:url'",
        'const require=__createRequire(import.meta.url),__filename=__pathOf(import.meta.url),__dirname=__directoryOf(__filename);',
      ].join(';'),
    },
    logLevel: 'error',
    ...(modules && { nodePaths: [modules, dirname(modules)] }),
  });
}
