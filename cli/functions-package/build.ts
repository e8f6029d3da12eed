/** Bundles each function into one file: `<outDirectory>/<name>/index.mjs`, for a zip or the local cloud. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { bundle } from '../../shared/bundle.ts';

export const FUNCTION_NAMES = ['updater', 'broadcaster'] as const;

/** The settings for everything that runs on Lambda. */
export const BUNDLE = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Unused parts of the SDK's ES modules are dropped, those of its CommonJS build are not.
  mainFields: ['module', 'main'],
  legalComments: 'none',
} satisfies BuildOptions;

/** Some of the SDK's dependencies call require() for Node's modules. */
export const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

export async function buildFunctions({ outDirectory }: { outDirectory: string }): Promise<void> {
  await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const code = await functionBundle(name);
      const building = join(outDirectory, `${name}.building-${process.pid}`);
      await mkdir(join(outDirectory, name), { recursive: true });
      await writeFile(building, code);
      // A local cloud may be starting this function: it must find the old file or the new one.
      await rename(building, join(outDirectory, name, 'index.mjs'));
    }),
  );
}

export function functionBundle(name: (typeof FUNCTION_NAMES)[number]): Promise<Buffer> {
  return bundle(`functions/${name}/index.ts`, { ...BUNDLE, banner: { js: REQUIRE } });
}
