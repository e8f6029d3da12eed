/** Rebuilding while people type. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { readManifest, readSite } from '../../site/builder/output.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { localSite } from './serve.ts';

const execute = promisify(execFile);

/**
 * Runs one build at a time, and one more when something changed during it.
 * @param build rejects where there is something to fix
 * @param report called at the end of every build; `error` where it failed
 * @returns call it at every change
 */
export function createRebuilder(build: () => Promise<void>, report: (error?: Error) => void): () => void {
  let state: 'idle' | 'building' | 'dirty' = 'idle';
  const rebuild = async () => {
    while (state === 'dirty') {
      state = 'building';
      await build().then(() => report(), report);
    }
    state = 'idle';
  };
  return () => {
    const isIdle = state === 'idle';
    state = 'dirty';
    if (isIdle) void rebuild();
  };
}

/** Builds in a process of its own, which reads the builder and the theme as they are now. */
export async function rebuildSite(
  options: Parameters<typeof localSite>[0] & { theme?: string | undefined },
): Promise<BuiltSite> {
  const { resume, publicUrl, theme } = options;
  const { outDirectory, withPrivate } = localSite(options);
  const url = publicUrl === undefined ? [] : ['--url', publicUrl];
  const build = [
    join(PROGRAM, 'cli', 'main.mjs'),
    'build',
    '--resume',
    resume,
    '--out',
    outDirectory,
    ...url,
    ...(theme === undefined ? [] : ['--theme', theme]),
    ...(withPrivate ? ['--with-private'] : []),
  ];
  await execute(process.execPath, build);
  const site = await readSite(outDirectory, await readManifest(outDirectory));
  if (!site) throw new Error(`Another build wrote ${outDirectory} at the same time.`);
  return site;
}
