import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { currentCommit, describeRelease, redeploy } from './release.ts';

const folder = temporaryFolder();
const commits: string[] = [];
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

/** Commits a project whose deploy writes what it is and gets to a file, and exits with a code. */
async function commit(name: string, exitCode = 0): Promise<void> {
  const script = `require('fs').writeFileSync(${JSON.stringify(join(folder, 'deployed'))}, '${name} ' + process.argv.slice(2)); process.exit(${exitCode})`;
  await writeFile(join(folder, 'deploy.cjs'), script);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { deploy: 'node deploy.cjs' } }));
  git('add', 'deploy.cjs', 'package.json');
  git('commit', '--quiet', '--message', `The ${name} release`);
  commits.push(git('rev-parse', 'HEAD').trim());
}

before(async () => {
  git('init', '--quiet');
  await commit('first');
  await commit('second', 7);
});

test('deploys an earlier release with its own command and leaves the checkout alone', async () => {
  assert.equal(await redeploy(folder, commits[0]!, ['--env', 'staging']), 0);

  assert.equal(await readFile(join(folder, 'deployed'), 'utf8'), 'first --env,staging');
  assert.equal(currentCommit(folder), commits[1]);
  assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
});

test('returns the exit code of that deploy', async () => {
  assert.equal(await redeploy(folder, commits[1]!, []), 7);
});

test('installs the version of Cloud Resume that the earlier release used, also below the top of the repository', async () => {
  const site = join(folder, 'site');
  await mkdir(join(site, 'program'), { recursive: true });
  const bin = { 'cloud-resume': 'program.cjs' };
  await writeFile(
    join(site, 'program/package.json'),
    JSON.stringify({ name: 'cloud-resume', version: '1.0.0', bin }),
  );
  await writeFile(join(site, 'program/program.cjs'), '#!/usr/bin/env node\nprocess.exit(3);\n');
  await chmod(join(site, 'program/program.cjs'), 0o755);
  const project = {
    scripts: { deploy: 'cloud-resume deploy' },
    dependencies: { 'cloud-resume': 'file:program' },
  };
  await writeFile(join(site, 'package.json'), JSON.stringify(project));
  execFileSync('npm', ['install', '--package-lock-only', '--offline'], {
    cwd: site,
    shell: process.platform === 'win32',
  });
  git('add', 'site');
  git('commit', '--quiet', '--message', 'An owner’s site');

  assert.equal(await redeploy(site, git('rev-parse', 'HEAD').trim(), []), 3);
  git('reset', '--quiet', '--hard', commits[1]!);
});

test('does not deploy an earlier release that cannot be installed', async () => {
  const dependencies = { 'cloud-resume': 'file:nowhere' };
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ scripts: { deploy: 'node deploy.cjs' }, dependencies }),
  );
  git('commit', '--quiet', '--all', '--message', 'A release without a lock file');
  await rm(join(folder, 'deployed'), { force: true });

  assert.notEqual(await redeploy(folder, git('rev-parse', 'HEAD').trim(), []), 0);
  assert.ok(!existsSync(join(folder, 'deployed')));
  git('reset', '--quiet', '--hard', commits[1]!);
});

test('names a release, and says what is wrong with an unknown one', () => {
  assert.match(describeRelease(folder, commits[0]!), /^\w+ The first release$/);
  assert.throws(() => describeRelease(folder, 'f'.repeat(40)), { name: 'UserError', remedy: /git history/ });
});

test('a checkout with changes and a folder without git have no commit', async () => {
  await writeFile(join(folder, 'deploy.cjs'), '');
  assert.equal(currentCommit(folder), undefined);

  const plain = temporaryFolder();
  assert.equal(currentCommit(plain), undefined);
  assert.deepEqual(await readdir(plain), []);
});
