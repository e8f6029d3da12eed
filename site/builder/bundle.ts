import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const SITE = fileURLToPath(new URL('..', import.meta.url));
const STYLES = new URL('../theme/styles/', import.meta.url);

/**
 * Bundles and minifies a page's script for inlining.
 * @param entry a file in site/
 */
export async function clientScript(
  entry: 'client/index.ts' | 'client/counter-only.ts' | 'how/client.ts',
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SITE + entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]!.text.trim();
}

/**
 * Joins and minifies style sheets.
 * @param names files in site/theme/styles, or paths from there
 * @param extra CSS that comes first
 */
export async function styleSheet(names: string[], extra = ''): Promise<string> {
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, STYLES), 'utf8')));
  const { code } = await transform([extra, ...sources].join('\n'), {
    loader: 'css',
    minify: true,
    legalComments: 'none',
  });
  return code.trim();
}
