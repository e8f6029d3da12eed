/** Finds the engine's program. The npm package contains it for one platform, and fetches it on others. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../../shared/user-error.ts';

const require = createRequire(import.meta.url);
const PLATFORM = `${process.platform}-${process.arch}`;
/** Where a fetched engine is: a package's own folder may be write-protected. */
const FETCHED = resolve('.cache', 'engine');

interface Manifest {
  enginePlatforms: string[];
  optionalDependencies: Record<string, string>;
}

/** dynoxide is published as `@dynoxide/<platform>` for these, all in one version. */
function published(platform: string): string | undefined {
  const { enginePlatforms, optionalDependencies } = require('../../package.json') as Manifest;
  const version = optionalDependencies['@dynoxide/linux-x64'];
  return enginePlatforms.includes(platform) ? `@dynoxide/${platform}@${version}` : undefined;
}

/**
 * @param find finds a file of an installed package; throws if it is not installed
 * @returns the path of the engine's program
 * @throws {UserError} if it is not installed; the remedy says what to install
 */
export function engineBinary(
  platform: string = PLATFORM,
  find: (file: string) => string = (file) =>
    require.resolve(file, { paths: [fileURLToPath(new URL('.', import.meta.url)), FETCHED] }),
): string {
  try {
    return find(`@dynoxide/${platform}/dynoxide${platform.startsWith('win32') ? '.exe' : ''}`);
  } catch {
    const name = published(platform);
    const alternative =
      'set DYNAMODB_ENDPOINT to a running DynamoDB, such as DynamoDB Local: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm start';
    throw new UserError(
      `The database engine for ${platform} is not installed.`,
      name
        ? `Run npm install --no-save ${name}, or ${alternative}`
        : `It is not available for this platform; ${alternative}`,
    );
  }
}

/**
 * As {@link engineBinary}. In a clone, cli/install.mjs has installed the engine. The npm package depends on the one for linux-x64; another
 * platform's is fetched at first use.
 * @throws {UserError} if it cannot be fetched
 */
export async function findEngine(say: (message: string) => void): Promise<string> {
  try {
    return engineBinary();
  } catch (error) {
    const name = published(PLATFORM);
    const isClone = existsSync(new URL('../../package-lock.json', import.meta.url));
    if (isClone || !name) throw error;
    say(`Fetching the database engine for this platform, once (${name}) …`);
    await fetchPackage(name).catch((cause: unknown) => {
      const { message, remedy } = error as UserError;
      throw new UserError(`${message} npm could not fetch it.`, remedy, { cause });
    });
    return engineBinary();
  }
}

async function fetchPackage(name: string): Promise<void> {
  await mkdir(FETCHED, { recursive: true });
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--fetch-retries=1'];
  // On Windows npm needs a shell, which would split a path at its spaces: none is passed.
  const options = { cwd: FETCHED, shell: process.platform === 'win32' };
  await promisify(execFile)('npm', ['install', '--prefix', '.', ...flags, name], options);
}
