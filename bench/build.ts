/** Bundles the functions of the benchmark with the settings of the deployed ones (functions/build.ts). */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuiltSite } from '../contract/site-manifest.ts';
import { BUNDLE, buildFunctions, FUNCTION_NAMES } from '../functions/build.ts';
import { buildSite } from '../site/builder/index.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { tool } from '../test/support/tools.ts';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Everything that the benchmark builds. Not committed. */
export const BUILD_DIRECTORY = join(PROJECT, 'dist', 'bench');
/** The deployed `updater` and `broadcaster`. */
export const OURS = join(BUILD_DIRECTORY, 'ours');
/** `updater` and `broadcaster` of the first design. */
export const BASELINE = join(BUILD_DIRECTORY, 'baseline');
/** The first design as its owner wrote it, with `aws-sdk` version 2. */
export const BASELINE_V2 = join(BUILD_DIRECTORY, 'v2');
/** The last release of version 2. */
const SDK_V2 = '2.1693.0';
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

/** Fetches `aws-sdk` version 2, once. */
export async function buildBaselineV2(): Promise<void> {
  const modules = dirname(await tool('aws-sdk', SDK_V2));
  for (const name of FUNCTION_NAMES)
    await bundle(
      join(PROJECT, 'bench', 'baseline', `${name}-v2.ts`),
      join(BASELINE_V2, name, 'index.cjs'),
      modules,
    );
}

/** Builds the page of a sample résumé, in a folder that is deleted at the end. */
export function buildSample(): Promise<BuiltSite> {
  const resumeFile = join(PROJECT, 'test/fixtures/resumes/engineer.json');
  return buildSite({ resumeFile, outDirectory: join(temporaryFolder(), 'site'), pdf: false });
}

/** @param modules another folder to search for packages */
async function bundle(entryPoint: string, outfile: string, modules?: string): Promise<void> {
  await build({
    ...BUNDLE,
    entryPoints: [entryPoint],
    outfile,
    logLevel: 'error',
    ...(modules && { nodePaths: [modules, dirname(modules)] }),
  });
}
