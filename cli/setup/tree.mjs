/** Whether node_modules is what package-lock.json describes. */
import { createHash } from 'crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';

/**
 * The stamp says which lock file the tree was found complete for, and whether with the development dependencies. It lies in
 * node_modules, so that `npm ci` and `rm -r` take it along. It also holds the time of npm's own record of the tree, which npm
 * rewrites whenever it changes the tree: then everything is compared again.
 */
const STAMP = join('node_modules', '.cloud-resume-setup.json');
const NPM_RECORD = join('node_modules', '.package-lock.json');

/** @returns {boolean} whether the stamp vouches for the tree as it is; a few file reads. */
export function isStamped(root, withDev) {
  const found = readJson(join(root, STAMP));
  if (!found || (withDev && !found.dev)) return false;
  const now = fingerprint(root);
  return found.lock === now.lock && found.npmRecord === now.npmRecord;
}

export function stamp(root, state) {
  const content = Object.assign({ dev: state.dev }, fingerprint(root));
  writeFileSync(join(root, STAMP), JSON.stringify(content) + '\n');
}

/**
 * Compares the tree with the lock file by the record that npm leaves when an install has ended, so that a tree from a plain
 * `npm ci` or `npm install` is recognised, and a half one is not.
 * @returns {{production: boolean, dev: boolean, hasDev: boolean}} complete without and with the development dependencies; and
 *   whether any of these is there, or was the last time.
 */
export function treeState(root) {
  const record = readJson(join(root, NPM_RECORD));
  const earlier = readJson(join(root, STAMP));
  const wanted = Object.entries(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
  ).filter(([path]) => path !== '');
  const installed = (record && record.packages) || {};
  const isThere = ([path, entry]) => {
    const found = installed[path];
    if (!found) return Boolean(entry.optional) && !isForHere(entry);
    return (
      found.version === entry.version &&
      found.integrity === entry.integrity &&
      existsSync(join(root, path, 'package.json'))
    );
  };
  const isDev = ([, entry]) => Boolean(entry.dev);
  const production = wanted.filter((one) => !isDev(one)).every(isThere);
  return {
    production,
    dev: production && wanted.filter(isDev).every(isThere),
    hasDev: Boolean(earlier && earlier.dev) || Object.values(installed).some((entry) => entry.dev),
  };
}

/** An optional package that npm installs on this platform. Of those that ask for one C library it cannot be said cheaply. */
function isForHere(entry) {
  if (entry.libc) return false;
  return matches(entry.os, process.platform) && matches(entry.cpu, process.arch);
}

function matches(list, value) {
  return !list || list.includes(value);
}

function fingerprint(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const record = join(root, NPM_RECORD);
  return { lock, npmRecord: existsSync(record) ? statSync(record).mtimeMs : 0 };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
