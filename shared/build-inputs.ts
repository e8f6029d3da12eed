/** The files that a build has read. Its result can be kept while their contents stay the same. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

export interface BuildInputs {
  /** Paths from the project's folder. */
  files: string[];
  /** Of their contents, one after the other. */
  sha256: string;
}

/**
 * @param began when the build began, in milliseconds since 1970
 * @returns undefined if a file has changed since: the build may have read its old content
 */
export function buildInputs(root: string, { inputs }: Metafile, began: number): BuildInputs | undefined {
  // The lock file stands for all packages.
  const files = [
    ...Object.keys(inputs).filter((file) => !file.includes('node_modules/')),
    'package-lock.json',
  ];
  const changedAt = (file: string) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? began;
  const hasChanged = files.some((file) => changedAt(file) >= began);
  return hasChanged ? undefined : { files, sha256: hashOf(root, files) };
}

/** Whether all files are as they were. cli/from-source.mjs does the same before TypeScript can be loaded. */
export function isUnchanged(root: string, { files, sha256 }: BuildInputs): boolean {
  try {
    return hashOf(root, files) === sha256;
  } catch {
    // A file is gone.
    return false;
  }
}

function hashOf(root: string, files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
