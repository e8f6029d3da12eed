/** Bundles this project's own files with esbuild. The npm package has no esbuild: `npm run package` put the bundles into `bundles/`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

const PROGRAM = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles and minifies a script or a style sheet.
 * @param entry relative to the project's folder, with forward slashes: `site/client/index.ts`
 */
export async function bundle(entry: string, options: BuildOptions = {}): Promise<Buffer> {
  const packed = join(PROGRAM, packedFile(entry));
  if (existsSync(packed)) return readFile(packed);
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(PROGRAM, entry)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return Buffer.from(outputFiles![0]!.contents);
}

/** Where the bundle is in the npm package. */
export function packedFile(entry: string): string {
  return `bundles/${entry.replace(/\.ts$/, '.js')}`;
}
