/** Bundles each function into one file: `<outDirectory>/<name>/index.cjs`, for a zip or the local cloud. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { bundle } from '../shared/bundle.ts';

export const FUNCTION_NAMES = ['updater', 'broadcaster'] as const;

/** The settings for everything that runs on Lambda. */
export const BUNDLE = {
  bundle: true,
  minify: true,
  platform: 'node',
  // A CommonJS file loads in two thirds of the time of an ES module: Node.js need not start its asynchronous loader.
  format: 'cjs',
  target: 'node20',
  // Unused parts of the SDK's ES modules are dropped, those of its CommonJS build are not.
  mainFields: ['module', 'main'],
  legalComments: 'none',
} satisfies BuildOptions;

export async function buildFunctions({ outDirectory }: { outDirectory: string }): Promise<void> {
  await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const code = await functionBundle(name);
      const building = join(outDirectory, `${name}.building-${process.pid}`);
      await mkdir(join(outDirectory, name), { recursive: true });
      await writeFile(building, code);
      // A local cloud may be starting this function: it must find the old file or the new one.
      await rename(building, join(outDirectory, name, 'index.cjs'));
      // Earlier versions built an ES module, which Lambda would prefer.
      await rm(join(outDirectory, name, 'index.mjs'), { force: true });
    }),
  );
}

export function functionBundle(name: (typeof FUNCTION_NAMES)[number]): Promise<Buffer> {
  return bundle(`functions/${name}/index.ts`, BUNDLE);
}
