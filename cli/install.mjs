/** Installs the dependencies of a clone. Runs before anything is installed, so it has no dependencies. */
import { spawnSync } from 'child_process';
import fs from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const PLATFORM = `${process.platform}-${process.arch}`;

/** What npm's output means, and what to do about it. */
const NPM_FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|UNREACH|SOCKET_TIMEOUT|EIDLETIMEOUT/,
    'The npm registry cannot be reached. Check the network and the proxy (npm config get registry).',
  ],
  [/ENOSPC/, 'The disk is full. Free about 200 MB.'],
  [/EACCES|EPERM|EROFS/, 'npm cannot write to this folder. Make it and its node_modules writable.'],
  [
    /EUSAGE/,
    'package.json and package-lock.json do not match. Run npm install, which updates the lock file.',
  ],
  [
    /EINTEGRITY/,
    'A downloaded package differs from the one in package-lock.json. Run npm cache clean --force; if it happens again, a proxy alters packages.',
  ],
  [/^/, 'npm could not install the dependencies. Fix what it reports.'],
];

const path = (...parts) => join(dirname(dirname(fileURLToPath(import.meta.url))), ...parts);
const readJson = (file) => (fs.existsSync(path(file)) ? JSON.parse(fs.readFileSync(path(file), 'utf8')) : {});
const { enginePlatforms, optionalDependencies } = readJson('package.json');
const { packages: locked } = readJson('package-lock.json');

/**
 * Installs what is missing, as the lock file says.
 * @param withDev whether the development dependencies are needed
 * @throws Error that says what to do
 */
export function install(withDev) {
  if (isComplete(withDev) && hasEngine()) return;
  const release = lock(path('.cache', 'install.lock'));
  try {
    // Development dependencies that are there stay.
    const dev = withDev || Object.values(installed()).some((entry) => entry.dev);
    if (!isComplete(dev)) {
      say(`Installing the dependencies${dev ? ', including those for development' : ''} …`);
      npm(['ci', dev ? '--include=dev' : '--omit=dev', '--include=optional']);
    }
    if (!hasEngine()) installEngine();
  } finally {
    release();
  }
}

/** npm's record of its last complete installation, by path: an installation that was cut off leaves none. */
function installed() {
  return readJson('node_modules/.package-lock.json').packages || {};
}

function isComplete(withDev) {
  const record = installed();
  const isForHere = ({ os, cpu, libc }) =>
    !libc && (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));
  return Object.entries(locked).every(([folder, wanted]) => {
    if (folder === '' || (wanted.dev && !withDev)) return true;
    const found = record[folder];
    if (!found) return wanted.optional && !isForHere(wanted);
    return found.integrity === wanted.integrity && fs.existsSync(path(folder, 'package.json'));
  });
}

function hasEngine() {
  const isOffered = enginePlatforms.includes(PLATFORM) && !process.env.DYNAMODB_ENDPOINT;
  return !isOffered || fs.existsSync(path('node_modules/@dynoxide', PLATFORM));
}

/** package.json pins the database engine for linux-x64. The packages for other platforms have the same version. */
function installEngine() {
  const name = `@dynoxide/${PLATFORM}@${optionalDependencies['@dynoxide/linux-x64']}`;
  const aside = path('.cache', 'engine');
  say(`Installing the database engine for this platform (${name}) …`);
  try {
    npm(['install', '--prefix', aside, '--no-save', '--no-package-lock', name]);
    fs.mkdirSync(path('node_modules/@dynoxide'), { recursive: true });
    fs.renameSync(join(aside, 'node_modules/@dynoxide', PLATFORM), path('node_modules/@dynoxide', PLATFORM));
  } catch (error) {
    // Not every command needs the database, and `start` says what is missing.
    say(`The database engine could not be installed. ${error.message}`);
  }
  fs.rmSync(aside, { recursive: true, force: true });
}

/** No install script of a dependency is needed, so none may run. Without a network npm gives up after six seconds, not a minute. */
function npm(args) {
  const flags = '--ignore-scripts --no-audit --no-fund --progress=false --loglevel=error --prefer-offline';
  const patience = '--fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000';
  const cli = (process.env.npm_execpath || '').endsWith('npm-cli.js');
  const { status, error, stdout, stderr } = spawnSync(
    cli ? process.execPath : 'npm',
    (cli ? [process.env.npm_execpath] : []).concat(args, flags.split(' '), patience.split(' ')),
    { cwd: path(), encoding: 'utf8', shell: !cli && process.platform === 'win32' },
  );
  if (error) throw new Error(`npm cannot be run (${error.message}). Install npm; it comes with Node.js.`);
  if (status === 0) return;
  const output = stderr + stdout;
  const [, cause] = NPM_FAILURES.find(([sign]) => sign.test(output));
  const lines = output.match(/^npm (error|ERR!) (?!code|A complete log|\s*at ).+$/gm) || [];
  throw new Error([cause, ...lines.slice(0, 6)].join('\n    '));
}

/** Two commands started together must not both rebuild node_modules: the second waits. A killed owner's lock is taken over. */
function lock(file) {
  fs.mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  for (let isAnnounced = false; ; isAnnounced = true) {
    try {
      // A link appears together with its content, or not at all.
      fs.linkSync(mine, file);
      fs.unlinkSync(mine);
      return () => fs.unlinkSync(file);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(file);
    if (!isAlive(owner)) fs.rmSync(file, { force: true });
    else if (!isAnnounced) say(`Waiting for another installation (process ${owner}) …`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ownerOf(file) {
  try {
    return parseInt(fs.readFileSync(file, 'utf8'), 10);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return 0;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
