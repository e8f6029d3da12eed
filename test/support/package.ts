/** The npm package, installed as an owner does: from its tarball, in a folder outside the repository. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packPackage } from '../../cli/package/index.ts';
import { withLock } from '../../shared/lock.ts';

/** Nothing answers here. */
const DEAD = 'http://127.0.0.1:9/';
/** Ends a process that connects to another machine. */
const LOOPBACK_ONLY = `data:text/javascript,${encodeURIComponent(`import net from 'node:net';
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const { host } = args.flat()[0];
  if (host && !/^(127\\.|::1$|localhost$)/.test(host)) throw new Error('a connection to ' + host);
  return connect.apply(this, args);
};`)}`;

/** What the npm around this test has set would change what is tested; where it gets packages from stays. */
const CLEAN: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(cache|registry)$)/.test(name)),
);

/** An environment without a network, as far as Node.js and npm are concerned. */
export const OFFLINE: NodeJS.ProcessEnv = {
  ...CLEAN,
  NODE_OPTIONS: `--import=${LOOPBACK_ONLY}`,
  npm_config_registry: DEAD,
  HTTP_PROXY: DEAD,
  HTTPS_PROXY: DEAD,
};

/** Without rights to anything but its own folder, where this process may choose a user. */
export const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let packed: Promise<string> | undefined;

/** The tarball that `CLOUD_RESUME_TARBALL` names, or a new one. */
export function tarball(): Promise<string> {
  const given = process.env['CLOUD_RESUME_TARBALL'];
  return (packed ??= given ? Promise.resolve(resolve(given)) : pack());
}

/** Packs once for all test files of a run, which `npm test` gives a folder. */
async function pack(): Promise<string> {
  const folder = resolve(process.env['TEST_RUN_FOLDER'] ?? `.cache/test-processes/${process.pid}`, 'package');
  if (!process.env['TEST_RUN_FOLDER'])
    process.on('exit', () => rmSync(dirname(folder), { recursive: true, force: true }));
  return withLock(`${folder}.lock`, async () => {
    const made = (await readdir(folder).catch(() => [])).find((name) => name.endsWith('.tgz'));
    return made ? join(folder, made) : packPackage(folder);
  });
}

export interface Result {
  exitCode: number;
  /** Standard output, then standard error. */
  output: string;
}

/** Runs a program to its end. */
export function run(
  file: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number },
): Promise<Result> {
  return new Promise((done) =>
    execFile(file, args, { maxBuffer: 64 * 1024 * 1024, ...options }, (error, stdout, stderr) =>
      done({ exitCode: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    ),
  );
}

export interface OwnerFolder {
  path: string;
  /** The package's entry. */
  main: string;
  npm(...args: string[]): Promise<Result>;
  /** Runs `cloud-resume` without a network and without the right to write into the package. */
  cloudResume(...args: string[]): Promise<Result>;
  remove(): Promise<void>;
}

/** @param name of the folder, which is in the system's temporary one */
export async function ownerFolder(name: string): Promise<OwnerFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), name)));
  await chmod(path, 0o755);
  await writeFile(join(path, 'package.json'), '{ "private": true }');
  if (UNPRIVILEGED.uid) await chown(path, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  const main = join(path, 'node_modules', 'cloud-resume', 'cli', 'main.mjs');
  return {
    path,
    main,
    npm: (...args) =>
      run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
        cwd: path,
        env: CLEAN,
      }),
    cloudResume: (...args) =>
      run(process.execPath, [main, ...args], {
        cwd: path,
        env: { ...OFFLINE, HOME: path },
        ...UNPRIVILEGED,
      }),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
