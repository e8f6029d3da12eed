/** Files in `public/` next to the résumé, which are published as they are: talks, certificates, fonts. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { lookup } from 'mrmime';
import { UserError } from '../../shared/user-error.ts';
import { RESERVED_PATHS } from '../resume/variants.ts';
import type { BuiltFile } from './output.ts';

/** Bytes. Every file is one object for Terraform, which compares all of them at each deploy. */
const MAX_FILE = 20_000_000;
const MAX_TOTAL = 100_000_000;
const MAX_FILES = 200;
/** Names that mean the same in a URL, in S3 and in every file system. */
const NAME = /^[\w~-][\w.~-]*$/;
/** Probably a key, a password, or what `resume.private.json` keeps apart. */
const SECRET =
  /\.(pem|key|p12|pfx|jks|kdbx|tfstate|tfvars)$|^id_(rsa|dsa|ecdsa|ed25519)|\.private\.\w+$|^credentials$/i;

interface PublicFiles {
  files: BuiltFile[];
  /** About what was left out. */
  warning?: string;
}

/**
 * @param generated the site's other files, which public/ cannot replace
 * @param photos `basics.image` of the editions: a photo that is in public/ is published only as the build shrinks it, without its GPS data
 * @throws {UserError} that lists every file that cannot be published
 */
export async function publicFiles(
  resumeFile: string,
  generated: BuiltFile[],
  photos: string[] = [],
): Promise<PublicFiles> {
  const folder = join(dirname(resumeFile), 'public');
  const { paths, hidden } = await listFiles(folder);
  const taken = new Map(
    generated.flatMap(({ path, file = path }) => [
      [path, path],
      [file, path],
    ]),
  );
  const problems: string[] = [];
  const files: BuiltFile[] = [];
  let total = 0;
  const isPhoto = (path: string) =>
    photos.some((photo) => [path, `public/${path}`].includes(posix.normalize(photo)));
  for (const path of paths.filter((path) => !isPhoto(path))) {
    const problem = await problemOf(join(folder, path), path, taken);
    if (problem) problems.push(`public/${path} ${problem}`);
    else {
      const content = await readFile(join(folder, path));
      total += content.length;
      files.push({ path, contentType: contentTypeOf(path), content });
    }
  }
  if (paths.length > MAX_FILES)
    problems.push(`public/ contains ${paths.length} files; the limit is ${MAX_FILES}.`);
  if (total > MAX_TOTAL)
    problems.push(`public/ contains ${megabytes(total)}; the limit is ${megabytes(MAX_TOTAL)}.`);
  if (problems.length > 0) {
    throw new UserError(
      problems.join('\n'),
      'Nothing was built. Everything in public/ is published: move or rename these files.',
    );
  }
  return {
    files,
    ...(hidden.length > 0 && {
      warning: `Not published, because their names begin with a dot: ${hidden.join(', ')}`,
    }),
  };
}

/** Hidden files stay out, except the folder for well-known addresses (RFC 8615). Those of the operating system are not mentioned. */
async function listFiles(folder: string, prefix = ''): Promise<{ paths: string[]; hidden: string[] }> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  const hidden: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix + entry.name;
    if (entry.name.startsWith('.') && path !== '.well-known') {
      if (entry.name !== '.DS_Store') hidden.push(`public/${path}`);
    } else if (entry.isDirectory()) {
      const inner = await listFiles(folder, `${path}/`);
      paths.push(...inner.paths);
      hidden.push(...inner.hidden);
    } else paths.push(path);
  }
  return { paths, hidden };
}

/** @param taken paths of the site, by path and by file name */
async function problemOf(
  file: string,
  path: string,
  taken: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const name = path.split('/').at(-1)!;
  const collision =
    taken.get(path) ?? [...taken.keys()].find((one) => one.toLowerCase() === path.toLowerCase());
  if (collision !== undefined) return `has the path of a file that the build writes: /${collision}.`;
  if (
    RESERVED_PATHS.includes(
      path
        .split('/')[0]!
        .replace(/\.(html|json|svg)$/, '')
        .toLowerCase(),
    )
  )
    return 'has a path that the site uses itself.';
  if (SECRET.test(name)) return 'looks like a secret.';
  if (!path.split('/').every((part) => part === '.well-known' || NAME.test(part)))
    return 'has a name with other characters than letters, digits, ".", "-", "_" and "~".';
  const info = await lstat(file).catch(() => undefined);
  if (!info?.isFile()) return 'is not a regular file.';
  if (info.size > MAX_FILE) return `has ${megabytes(info.size)}; the limit is ${megabytes(MAX_FILE)}.`;
  return undefined;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function contentTypeOf(path: string): string {
  const type = lookup(path) ?? 'application/octet-stream';
  return /^text\/|\/(json|javascript|xml)$|\+(json|xml)$/.test(type) ? `${type}; charset=utf-8` : type;
}
