/** Bundles the functions of the benchmark with the settings of the deployed ones (cli/functions-package/build.ts). */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE, buildFunctions } from '../cli/functions-package/build.ts';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Everything that the benchmark builds. Not committed. */
export const BUILD_DIRECTORY = join(PROJECT, 'dist', 'bench');
/** The deployed `updater` and `broadcaster`. */
export const OURS = join(BUILD_DIRECTORY, 'ours');
/** `updater` and `broadcaster` of the first design. */
export const BASELINE = join(BUILD_DIRECTORY, 'baseline');
/** A function that posts as fast as it can. */
export const POSTER = join(BUILD_DIRECTORY, 'poster');

export async function buildAll(): Promise<void> {
  await Promise.all([
    buildFunctions({ outDirectory: OURS }),
    bundle(join(PROJECT, 'bench', 'baseline', 'updater.ts'), join(BASELINE, 'updater', 'index.cjs')),
    bundle(join(PROJECT, 'bench', 'baseline', 'broadcaster.ts'), join(BASELINE, 'broadcaster', 'index.cjs')),
    bundle(join(PROJECT, 'bench', 'poster.ts'), join(POSTER, 'index.cjs')),
  ]);
}

/** @param modules another folder to search for packages */
export async function bundle(entryPoint: string, outfile: string, modules?: string): Promise<void> {
  await build({
    ...BUNDLE,
    entryPoints: [entryPoint],
    outfile,
    logLevel: 'error',
    ...(modules && { nodePaths: [modules, dirname(modules)] }),
  });
}
