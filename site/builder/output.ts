/** Writes the built files atomically and refuses folders that contain other files. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type BuiltSite, type SiteFile, type SiteManifest } from '../../contract/site-manifest.ts';
import { UserError } from '../../shared/user-error.ts';

export interface BuiltFile {
  /** Relative to the site's root, with `/` between folders. */
  path: string;
  contentType: string;
  content: string | Uint8Array;
  /** The name contains a hash of the content: cacheable forever. */
  hashedName?: boolean;
  /** See {@link SiteFile.sourceSha256}. */
  sourceSha256?: string;
  /** See {@link SiteFile.file}. */
  file?: string;
  /** Whether search engines must not list the file. */
  unlisted?: boolean;
}

/** @param path of a page or a text file in UTF-8; a page without an extension has one on disk */
export function textFile(path: string, type: string, content: string): BuiltFile {
  const file = path.includes('.') ? {} : { file: `${path}.html` };
  return { path, ...file, contentType: `${type}; charset=utf-8`, content };
}

const CACHE_FOREVER = 'public, max-age=31536000, immutable';
/** A deployment is visible immediately; an unchanged file costs a 304. */
const REVALIDATE = 'public, max-age=0, must-revalidate';

export function siteOf(files: BuiltFile[], contentSecurityPolicy: string): BuiltSite {
  return {
    manifest: { files: files.map(describe), contentSecurityPolicy },
    contents: new Map(files.map(({ path, content }) => [path, Buffer.from(content)])),
  };
}

function describe(built: BuiltFile): SiteFile {
  const { path, file, contentType, content, hashedName, unlisted, sourceSha256 } = built;
  return {
    path,
    ...(file !== undefined && { file }),
    contentType,
    cacheControl: hashedName ? CACHE_FOREVER : REVALIDATE,
    ...(unlisted && { headers: { 'x-robots-tag': 'noindex' } }),
    sha256: sha256(content),
    ...(sourceSha256 !== undefined && { sourceSha256 }),
  };
}

/** SHA-256 of what is published, hexadecimal. A PDF counts by the page it was printed from, because browsers print other bytes. */
export function hashOf({ files, contentSecurityPolicy }: SiteManifest): string {
  const lines = files.map(({ path, sha256, sourceSha256 }) => `${path} ${sourceSha256 ?? sha256}`).sort();
  return createHash('sha256')
    .update([contentSecurityPolicy, ...lines].join('\n'))
    .digest('hex');
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}

/** `photo.jpg` becomes `photo.1a2b3c4d.jpg`. */
export function hashedPath(path: string, content: string | Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return path.replace(/(\.\w+)$/, `.${hash}$1`);
}

export function manifestPath(outDirectory: string): string {
  return `${resolve(outDirectory)}.manifest.json`;
}

/** @throws UserError if the folder contains files that no earlier build wrote */
export async function refuseOtherFiles(outDirectory: string): Promise<void> {
  const found = await filesIn(resolve(outDirectory));
  if (!found.length) return;
  const built = new Set(await filesOfEarlierBuild(outDirectory));
  const other = found.filter((path) => !built.has(path));
  if (!other.length) return;
  const some = other.slice(0, 3).join(', ') + (other.length > 3 ? ` and ${other.length - 3} more` : '');
  throw new UserError(
    `${outDirectory} contains files that no build wrote: ${some}.`,
    'Choose another folder with --out, or move these files. Nothing was changed.',
  );
}

/** Writes to a temporary folder, then renames it: a server of the folder never sees half a site. */
export async function writeSite(outDirectory: string, { manifest, contents }: BuiltSite): Promise<void> {
  const target = resolve(outDirectory);
  const building = `${target}.building-${process.pid}`;
  const previous = `${target}.previous-${process.pid}`;
  try {
    for (const entry of manifest.files) {
      const file = join(building, fileOf(entry));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, contents.get(entry.path)!);
    }
    await writeFile(`${building}.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
    await replaceFolder(target, building, previous);
    await rename(`${building}.manifest.json`, manifestPath(outDirectory));
  } finally {
    for (const rest of [building, `${building}.manifest.json`, previous])
      await rm(rest, { recursive: true, force: true });
  }
}

/** @param aside where the previous folder goes */
async function replaceFolder(target: string, by: string, aside: string): Promise<void> {
  for (;;) {
    await rm(aside, { recursive: true, force: true });
    await rename(target, aside).catch(ignoreMissing);
    try {
      return await rename(by, target);
    } catch (error) {
      // Another build finished in between. The last one wins.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** Reads the site of that manifest; `undefined` if a file is missing or different. */
export async function readSite(outDirectory: string, manifest: SiteManifest): Promise<BuiltSite | undefined> {
  const contents = new Map<string, Buffer>();
  for (const file of manifest.files) {
    const content = await readFile(join(outDirectory, fileOf(file))).catch(() => undefined);
    if (!content || sha256(content) !== file.sha256) return undefined;
    contents.set(file.path, content);
  }
  return { manifest, contents };
}

/** The manifest of the last build into that folder. */
export async function readManifest(outDirectory: string): Promise<SiteManifest> {
  return JSON.parse(await readFile(manifestPath(outDirectory), 'utf8')) as SiteManifest;
}

/** Paths of the pages that nothing links to. */
export function unlistedPages({ files }: SiteManifest): string[] {
  return files
    .filter(({ headers, contentType }) => headers && contentType.startsWith('text/html'))
    .map(({ path }) => path);
}

function fileOf({ path, file }: SiteFile): string {
  return file ?? path;
}

async function filesOfEarlierBuild(outDirectory: string): Promise<string[]> {
  try {
    return (await readManifest(outDirectory)).files.map(fileOf);
  } catch {
    return [];
  }
}

async function filesIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR')
      throw new UserError(`${directory} is a file, not a folder.`, 'Choose another folder with --out.');
    ignoreMissing(error);
    return [];
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
