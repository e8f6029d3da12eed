/** Bundles each function to one file: `<outDirectory>/<name>/index.mjs`, ready for a zip or the local cloud. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const FUNCTION_NAMES = ['updater', 'broadcaster'] as const;

const SOURCE = fileURLToPath(new URL('.', import.meta.url));

export async function buildFunctions({ outDirectory }: { outDirectory: string }): Promise<void> {
  await Promise.all(
    FUNCTION_NAMES.map((name) =>
      build({
        entryPoints: [join(SOURCE, name, 'index.ts')],
        outfile: join(outDirectory, name, 'index.mjs'),
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        // The SDK's ES modules drop what is not used; its CommonJS build does not.
        mainFields: ['module', 'main'],
        // Some of the SDK's dependencies still call require() for Node's own modules.
        banner: {
          js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
        },
        legalComments: 'none',
        logLevel: 'warning',
      }),
    ),
  );
}
