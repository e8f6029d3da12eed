/** The release's own script publishes the package to a registry (Verdaccio), and owners install it from there. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findFreePort } from '../../local-cloud/dynamodb/free-port.ts';
import { ownerFolder, run, tarball, type OwnerFolder, type Result } from '../support/package.ts';
import { requirement, tool } from '../support/tools.ts';

const PUBLISH = resolve('.github/scripts/publish-package.sh');
const verdaccio = await tool('verdaccio', '6.1.6', { pin: { 'node-fetch': '2.7.0' } }).catch(() => undefined);
const skip = requirement({
  what: 'Verdaccio',
  found: verdaccio !== undefined && process.platform !== 'win32',
  install: 'it is fetched from the npm registry, which cannot be reached',
});

describe('a release on a registry', { skip }, () => {
  let work: string;
  let registry: ChildProcess;
  let env: NodeJS.ProcessEnv;
  let owner: OwnerFolder;
  let version: string;
  let file: string;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'registry-'));
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}/`;
    await writeFile(
      join(work, 'config.yaml'),
      JSON.stringify({
        storage: join(work, 'storage'),
        auth: { htpasswd: { file: join(work, 'htpasswd') } },
        uplinks: { npmjs: { url: process.env['npm_config_registry'] ?? 'https://registry.npmjs.org/' } },
        packages: {
          'cloud-resume': { access: '$all', publish: '$all' },
          '**': { access: '$all', proxy: 'npmjs' },
        },
        log: { type: 'stdout', level: 'error' },
      }),
    );
    registry = spawn(
      process.execPath,
      [
        join(verdaccio!, 'bin/verdaccio'),
        '--config',
        join(work, 'config.yaml'),
        '--listen',
        `127.0.0.1:${port}`,
      ],
      { stdio: 'inherit' },
    );
    await untilAnswers(`${url}-/ping`, registry);
    await writeFile(join(work, 'npmrc'), `//127.0.0.1:${port}/:_authToken=anonymous\n`);
    env = {
      ...process.env,
      npm_config_registry: url,
      npm_config_userconfig: join(work, 'npmrc'),
      npm_config_cache: join(work, 'cache'),
    };
    owner = await ownerFolder('owner-');
    file = basename(await tarball());
    version = /^cloud-resume-(.+)\.tgz$/.exec(file)![1]!;
  });
  after(async () => {
    registry?.kill();
    await owner?.remove();
    await rm(work, { recursive: true, force: true });
  });

  /** A release as release-files.sh leaves it. */
  async function release(name: string): Promise<string> {
    const folder = join(work, name);
    await mkdir(folder);
    await copyFile(await tarball(), join(folder, file));
    const sum = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    await writeFile(join(folder, 'SHA256SUMS'), `${sum}  ${file}\n`);
    return folder;
  }
  const publish = (folder: string, tag = `v${version}`): Promise<Result> =>
    run('bash', [PUBLISH, folder, tag], { cwd: work, env });
  const npm = (...args: string[]) =>
    run('npm', [...args, '--ignore-scripts', '--no-audit'], { cwd: owner.path, env });
  const integrity = async () =>
    `sha512-${createHash('sha512')
      .update(await readFile(await tarball()))
      .digest('base64')}`;

  test('a file that changed after the build, and a tag of another version, are not published', async () => {
    const folder = await release('changed');
    const wrongTag = await publish(folder, 'v99.0.0');
    assert.equal(wrongTag.exitCode, 1);
    assert.match(wrongTag.output, /::error::The tag is v99\.0\.0, but package\.json has version /);
    await appendFile(join(folder, file), 'more');
    const changed = await publish(folder);
    assert.equal(changed.exitCode, 1);
    assert.match(changed.output, /::error::A file differs from SHA256SUMS/);
    assert.match((await npm('view', 'cloud-resume')).output, /E404/);
  });

  test('the tested file is published once', async () => {
    const folder = await release('release');
    const first = await publish(folder);
    assert.equal(first.exitCode, 0, first.output);
    assert.match(first.output, new RegExp(`\\+ cloud-resume@${version.replaceAll('.', '\\.')}`));
    const again = await publish(folder);
    assert.equal(again.exitCode, 0, again.output);
    assert.match(again.output, /npm already has cloud-resume .*, byte for byte/);
  });

  test('owners install that very file, and it works', async () => {
    const installation = await npm('install', 'cloud-resume');
    assert.equal(installation.exitCode, 0, installation.output);
    const { packages } = JSON.parse(await readFile(join(owner.path, 'package-lock.json'), 'utf8'));
    assert.equal(packages['node_modules/cloud-resume'].integrity, await integrity());
    await copyFile('test/fixtures/resumes/engineer.json', join(owner.path, 'resume.json'));
    const { exitCode, output } = await owner.cloudResume('validate');
    assert.equal(exitCode, 0, output);
  });
});

async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answers = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return;
    if (attempt === 300 || server.exitCode !== null) throw new Error(`${url} does not answer.`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
