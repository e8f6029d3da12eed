/** Rebuilding while people type. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BuiltSite } from '../../contract/site-manifest.ts';
import { readManifest, readSite } from '../../site/builder/output.ts';
import { PROGRAM } from '../configuration/folders.ts';
import { SITE_DIRECTORY } from './serve.ts';

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
export async function rebuildSite({
  resume,
  publicUrl,
}: {
  resume: string;
  publicUrl?: string | undefined;
}): Promise<BuiltSite> {
  const url = publicUrl === undefined ? [] : ['--url', publicUrl];
  const build = ['cli/main.mjs', 'build', '--resume', resume, '--out', SITE_DIRECTORY, ...url];
  await execute(process.execPath, build, { cwd: PROGRAM });
  const site = await readSite(SITE_DIRECTORY, await readManifest(SITE_DIRECTORY));
  if (!site) throw new Error(`Another build wrote ${SITE_DIRECTORY} at the same time.`);
  return site;
}
