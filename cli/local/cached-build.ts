/** Builds the site only when one of its inputs has changed: a second start takes no time. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import type { BuiltSite, SiteManifest } from '../../contract/site-manifest.ts';
import { findPhoto } from '../../site/resume/photo/find.ts';
import { readSite } from '../../site/builder/output.ts';

export interface CachedBuildOptions {
  resumeFile: string;
  outDirectory: string;
  /** Files and folders of the builder. */
  sources: string[];
  /** What else the result depends on: the page's address, the theme, the Chromium that prints the PDF. */
  settings: (string | undefined)[];
  build: () => Promise<BuildResult>;
}

export interface BuildResult extends BuiltSite {
  warnings: string[];
}

interface Stamp {
  inputs: string;
  manifest: SiteManifest;
  warnings: string[];
}

/** @returns what the build returned, now or the last time */
export async function cachedBuild({
  resumeFile,
  outDirectory,
  sources,
  settings,
  build,
}: CachedBuildOptions): Promise<BuildResult> {
  const stampFile = `${outDirectory}.stamp.json`;
  const inputs = await fingerprint(resumeFile, sources, settings);
  const stamp = await readStamp(stampFile);
  // Another build may have replaced the files since.
  const site = stamp?.inputs === inputs ? await readSite(outDirectory, stamp.manifest) : undefined;
  if (site) return { ...site, warnings: stamp!.warnings };
  const result = await build();
  const { manifest, warnings } = result;
  await writeFile(stampFile, JSON.stringify({ inputs, manifest, warnings } satisfies Stamp));
  return result;
}

/** The résumé, its other languages and its photo count by content; sources by name, size and time, as in make. */
async function fingerprint(
  resumeFile: string,
  sources: string[],
  settings: (string | undefined)[],
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([resolve(resumeFile), settings]));
  const resume = await readFile(resumeFile).catch(() => Buffer.alloc(0));
  hash.update(resume);
  // Other languages and resume.private.json.
  for (const name of await siblings(resumeFile))
    hash.update(name).update(await readFile(join(dirname(resumeFile), name)));
  const image = /["']?(?:image|picture|photo|avatar)["']?\s*:\s*["']?([^"':\s,]+)/.exec(
    resume.toString(),
  )?.[1];
  const photo = image && (await findPhoto(image, resumeFile));
  if (photo && 'bytes' in photo) hash.update(photo.bytes);
  for (const name of ['theme.css', 'public']) {
    const file = join(dirname(resumeFile), name);
    if (existsSync(file)) await addStats(hash, file);
  }
  for (const source of sources) await addStats(hash, source);
  return hash.digest('hex');
}

/** Names such as `resume.de.json` next to `resume.json`. */
async function siblings(resumeFile: string): Promise<string[]> {
  const { name, base, dir } = parse(resumeFile);
  const found = await readdir(dir || '.').catch(() => []);
  return found.filter((file) => file.startsWith(`${name}.`) && file !== base).sort();
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
