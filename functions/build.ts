/** Bundles each function to one file: `<outDirectory>/<name>/index.mjs`, ready for a zip or the local cloud. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

export const FUNCTION_NAMES = ['updater', 'broadcaster'] as const;

const SOURCE = fileURLToPath(new URL('.', import.meta.url));

/** How everything is bundled that runs on Lambda. */
export const BUNDLE = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // The SDK's ES modules drop what is not used; its CommonJS build does not.
  mainFields: ['module', 'main'],
  legalComments: 'none',
} satisfies BuildOptions;

export async function buildFunctions({ outDirectory }: { outDirectory: string }): Promise<void> {
  await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const bundle = await bundleOf(name);
      const building = join(outDirectory, `${name}.building-${process.pid}`);
      await mkdir(join(outDirectory, name), { recursive: true });
      await writeFile(building, bundle);
      // At once: a local cloud may be starting this very function.
      await rename(building, join(outDirectory, name, 'index.mjs'));
    }),
  );
}

async function bundleOf(name: (typeof FUNCTION_NAMES)[number]): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCE, name, 'index.ts')],
    ...BUNDLE,
    write: false,
    // Some of the SDK's dependencies still call require() for Node's own modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outputFiles[0]!.contents;
}
