/** Where the code that built the site can be read: this checkout's origin and commit, or those that the npm package was packed from. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface SourceCode {
  /** The repository's web address, without a trailing slash. */
  url: string;
  /** Full hash. */
  commit: string;
  /** ISO 8601. */
  date: string;
}

const PROGRAM = fileURLToPath(new URL('../..', import.meta.url));

/** In the npm package; null where it was packed without an origin. */
export const SOURCE_FILE = 'site/how/source.json';

/** `undefined` without git, outside a checkout, or if the origin is not on the web. */
export async function sourceCode(folder = PROGRAM): Promise<SourceCode | undefined> {
  const packed = join(folder, SOURCE_FILE);
  if (existsSync(packed))
    return (JSON.parse(await readFile(packed, 'utf8')) as SourceCode | null) ?? undefined;
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const [remote, head] = await Promise.all([
      git('remote', 'get-url', 'origin'),
      git('log', '-1', '--format=%H %cI'),
    ]);
    const url = webAddress(remote);
    const [commit = '', date = ''] = head.split(' ');
    return url ? { url, commit, date } : undefined;
  } catch {
    return undefined;
  }
}

/** `git@github.com:owner/name.git` and `https://user:token@github.com/owner/name` become `https://github.com/owner/name`. */
export function webAddress(remote: string): string | undefined {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/|git:\/\/)?(?:[^@/]*@)?([\w.-]+\.[a-z]+)(?::\d+)?[:/](.+?)(?:\.git)?\/?$/.exec(
      remote,
    ) ?? [];
  return host && path && `https://${host}/${path}`;
}
