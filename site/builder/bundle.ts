/** The page's script and styles, minified. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const CLIENT = fileURLToPath(new URL('../client/', import.meta.url));
const STYLES = new URL('../theme/styles/', import.meta.url);

/** `entry` is a file of site/client. The result fits into an inline script. */
export async function clientScript(entry: 'index.ts' | 'counter-only.ts'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [CLIENT + entry],
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

/** `names` are files of site/theme/styles; `extra` is CSS that goes before them. */
export async function styleSheet(names: string[], extra = ''): Promise<string> {
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, STYLES), 'utf8')));
  const { code } = await transform([extra, ...sources].join('\n'), {
    loader: 'css',
    minify: true,
    legalComments: 'none',
  });
  return code.trim();
}
