import { posix } from 'node:path';
import { bundle } from '../../shared/bundle.ts';

export const STYLES = 'site/theme/styles';
export const SCRIPTS = ['client/index.ts', 'client/counter-only.ts', 'how/client.ts'] as const;

/**
 * Bundles and minifies a page's script for inlining.
 * @param entry a file in site/
 */
export async function clientScript(entry: (typeof SCRIPTS)[number]): Promise<string> {
  const script = await bundle(`site/${entry}`, { format: 'iife', target: 'es2022' });
  return script.toString().trim();
}

/**
 * Joins and minifies style sheets.
 * @param names files in site/theme/styles, or paths from there
 */
export async function styleSheet(names: string[]): Promise<string> {
  const sheets = await Promise.all(names.map((name) => bundle(posix.join(STYLES, name))));
  return sheets.map((sheet) => sheet.toString().trim()).join('');
}
