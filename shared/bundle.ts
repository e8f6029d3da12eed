/**
 * Bundles this project's own files with esbuild, again only after they have changed. The npm package has no esbuild: `npm run package` put
 * the bundles into `bundles/`.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { buildInputs, isUnchanged, type BuildInputs } from './build-inputs.ts';

const PROGRAM = fileURLToPath(new URL('..', import.meta.url));

interface Kept {
  inputs: BuildInputs;
  code: string;
}

/**
 * Bundles and minifies a script or a style sheet.
 * @param entry relative to the project's folder, with forward slashes: `site/client/index.ts`
 */
export async function bundle(entry: string, options: BuildOptions = {}): Promise<Buffer> {
  const packed = join(PROGRAM, packedFile(entry));
  if (existsSync(packed)) return readFile(packed);
  const key = createHash('sha256')
    .update(JSON.stringify([entry, options]))
    .digest('hex');
  const file = join(PROGRAM, '.cache', 'bundles', `${key}.json`);
  const kept = await readKept(file);
  if (kept && isUnchanged(PROGRAM, kept.inputs)) return Buffer.from(kept.code);
  const began = Date.now();
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    bundle: true,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    entryPoints: [join(PROGRAM, entry)],
    absWorkingDir: PROGRAM,
    write: false,
    metafile: true,
  });
  const code = outputFiles[0]!.text;
  const inputs = buildInputs(PROGRAM, metafile, began);
  if (inputs) await keep(file, { inputs, code });
  return Buffer.from(code);
}

/** Where the bundle is in the npm package. */
export function packedFile(entry: string): string {
  return `bundles/${entry.replace(/\.ts$/, '.js')}`;
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept> | null;
    // Anything else is damaged.
    return kept?.inputs && typeof kept.code === 'string' ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}

async function keep(file: string, kept: Kept): Promise<void> {
  const writing = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(writing, JSON.stringify(kept));
    await rename(writing, file);
  } catch {
    // A folder that cannot be written keeps nothing.
  }
}
