/**
 * The database engine on platforms other than linux-x64: the lock file names the package for linux-x64 only, the others are
 * fetched here in the same version, beside the lock file and package.json, which stay as they are.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'fs';
import { join } from 'path';
import { run } from './npm.mjs';

const IN_LOCK_FILE = 'linux-x64';
/** What dynoxide is published for, besides. */
const PUBLISHED = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'win32-x64'];

const platform = `${process.platform}-${process.arch}`;

/** Whether this platform's engine could be installed and is not there. Another database makes it needless. */
export function isEngineMissing(root) {
  return (
    platform !== IN_LOCK_FILE &&
    PUBLISHED.includes(platform) &&
    !process.env.DYNAMODB_ENDPOINT &&
    !existsSync(join(engineFolder(root), 'package.json'))
  );
}

/** Installs it. A failure is told and no more: not every script needs the database, and `npm start` names what is missing. */
export function installEngine(root, say) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entry = lock.packages[`node_modules/@dynoxide/${IN_LOCK_FILE}`];
  const wanted = `@dynoxide/${platform}@${entry.version}`;
  const workshop = join(root, '.cache', `setup-engine-${process.pid}`);
  say(`Installing the database engine for this platform (${wanted}) …`);
  try {
    mkdirSync(workshop, { recursive: true });
    run(workshop, ['install', '--prefix', workshop, '--no-save', '--no-package-lock', wanted]);
    mkdirSync(join(root, 'node_modules', '@dynoxide'), { recursive: true });
    renameSync(join(workshop, 'node_modules', '@dynoxide', platform), engineFolder(root));
  } catch (error) {
    say(`The database engine for ${platform} could not be installed. ${error.message}`);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function engineFolder(root) {
  return join(root, 'node_modules', '@dynoxide', platform);
}
