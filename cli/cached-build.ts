/** Builds the site only when something that goes into it has changed, so that a second start takes no time. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SiteManifest } from '../contract/site-manifest.ts';

export interface CachedBuildOptions {
  resumeFile: string;
  outDirectory: string;
  /** Files and folders that the build is made by. */
  sources: string[];
  build: () => Promise<BuildResult>;
}

export interface BuildResult {
  manifest: SiteManifest;
  warnings: string[];
}

interface Stamp extends BuildResult {
  inputs: string;
}

/** @returns what the build returned, now or when it was made; the site that stands in `outDirectory` is what it made */
export async function cachedBuild({
  resumeFile,
  outDirectory,
  sources,
  build,
}: CachedBuildOptions): Promise<BuildResult> {
  const stampFile = `${outDirectory}.stamp.json`;
  const inputs = await fingerprint(resumeFile, sources);
  const stamp = await readStamp(stampFile);
  if (stamp?.inputs === inputs && (await stands(outDirectory, stamp.manifest))) return stamp;
  const result = await build();
  await writeFile(stampFile, JSON.stringify({ inputs, ...result } satisfies Stamp));
  return result;
}

/** The résumé and its photo by content; sources by name, size and time, as make does it. */
async function fingerprint(resumeFile: string, sources: string[]): Promise<string> {
  const hash = createHash('sha256').update(resolve(resumeFile));
  const resume = await readFile(resumeFile).catch(() => Buffer.alloc(0));
  hash.update(resume);
  const photo = /"image"\s*:\s*"([^":]+)"/.exec(resume.toString())?.[1];
  if (photo) hash.update(await readFile(resolve(dirname(resumeFile), photo)).catch(() => Buffer.alloc(0)));
  for (const source of sources) await addStats(hash, source);
  return hash.digest('hex');
}

async function addStats(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const { mtimeMs, size } = await stat(path);
  const entries = await readdir(path).catch(() => undefined);
  if (!entries) hash.update(`${path} ${mtimeMs} ${size}\n`);
  for (const entry of entries?.sort() ?? []) await addStats(hash, join(path, entry));
}

async function readStamp(file: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stamp;
  } catch {
    return undefined;
  }
}

/** Whether the folder still holds these very files: another build may have replaced them. */
async function stands(directory: string, manifest: SiteManifest): Promise<boolean> {
  const same = await Promise.all(
    manifest.files.map(async ({ path, sha256 }) => {
      const content = await readFile(join(directory, path)).catch(() => undefined);
      return content !== undefined && createHash('sha256').update(content).digest('base64') === sha256;
    }),
  );
  return same.every(Boolean);
}
