/** The files that a build has read. Its result can be kept while none of them changes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The time of each file's last change, by its path from the project's folder. */
export type BuildInputs = Record<string, number>;

/**
 * @param began when the build began, in milliseconds since 1970
 * @returns undefined if a file has changed since: the build may have read its old content
 */
export function buildInputs(root: string, { inputs }: Metafile, began: number): BuildInputs | undefined {
  // The lock file stands for all packages.
  const own = Object.keys(inputs).filter((file) => !file.includes('node_modules/'));
  const times = [...own, 'package-lock.json'].map((file) => [file, modified(root, file)] as const);
  return times.some(([, time]) => time >= began) ? undefined : Object.fromEntries(times);
}

/** Whether all files are as they were. cli/from-source.mjs does the same before TypeScript can be loaded. */
export function isUnchanged(root: string, inputs: BuildInputs): boolean {
  return Object.entries(inputs).every(([file, time]) => modified(root, file) === time);
}

function modified(root: string, file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}
