/** A deploy of a changed résumé, and its rollback. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { elements } from './aws-reader.ts';
import { STATE_BUCKET, type Deployment } from './deployment.ts';

const VERSION = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
const DEPLOY_KEY = 'cloud-resume/production/deploy.json';

export function gitIn(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' });
}

/** Tests of a deployed environment. Its project is a git repository. */
export function testChangedResume(get: () => Deployment): void {
  describe('a changed résumé', () => {
    const git = (...args: string[]) => gitIn(get().project.directory, ...args);
    const bucket = async () => (await get().outputs())['site_bucket']!;
    const published = async () => (await get().reader.get('s3', `/${await bucket()}/index.html`)).text();
    const keys = async () =>
      elements(await (await get().reader.get('s3', `/${await bucket()}?list-type=2`)).text(), 'Key');
    const deployState = async () => (await get().reader.get('s3', `/${STATE_BUCKET}/${DEPLOY_KEY}`)).text();
    let live: string;
    let liveState: string;

    test('replaces its files, keeps old assets and invalidates only what changed', async () => {
      const { project, calls, work } = get();
      const file = join(project.directory, 'resume.json');
      const text = await readFile(file, 'utf8');
      live = (JSON.parse(text) as { basics: { label: string } }).basics.label;
      liveState = await deployState();
      const { live: commit, version } = JSON.parse(liveState) as Record<string, string>;
      assert.deepEqual({ commit, version }, { commit: git('rev-parse', 'HEAD').trim(), version: VERSION });
      await writeFile(file, text.replace(live, 'A mistake'));
      git('commit', '--quiet', '--all', '--message', 'A mistake');

      const old = await keys();
      const from = calls.length;
      const GITHUB_OUTPUT = join(work, 'step-output-of-a-change');
      const { exitCode, output } = await project
        .with({ GITHUB_OUTPUT })
        .run('deploy.sh', 'production', '--yes');
      assert.equal(exitCode, 0, output);
      assert.match(await readFile(GITHUB_OUTPUT, 'utf8'), /^applied=true\nurl=https:/);
      const changed = [...output.matchAll(/ change +site file (\S+)/g)].map((match) => match[1]!);
      assert.ok(changed.includes('index.html') && !changed.includes('robots.txt'), output);
      const invalidation = calls
        .slice(from)
        .find(({ method, path }) => method === 'POST' && path.endsWith('/invalidation'));
      assert.deepEqual(
        elements(invalidation!.body, 'Path').sort(),
        ['/', ...changed.map((path) => `/${path}`)].sort(),
      );
      assert.ok((await published()).includes('A mistake'));
      const present = await keys();
      assert.deepEqual(
        old.filter((key) => !present.includes(key)),
        [],
      );
      assert.ok(present.length > old.length, 'the social card has a new hash, and the old one stays');
    });

    test('is undone by roll-back.sh, which deploys the last live release with that release’s commands', async () => {
      // As if the smoke test had failed: the good release is still the live one.
      await get().s3.putObject({ Bucket: STATE_BUCKET, Key: DEPLOY_KEY, Body: liveState });
      const good = git('rev-parse', 'HEAD~').trim();
      assert.match(await get().succeeds('roll-back.sh', 'production'), new RegExp(`Rolling back to ${good}`));
      assert.ok((await published()).includes(live));
      assert.equal(git('status', '--porcelain', '--untracked-files=no'), '', 'the checkout is untouched');
    });
  });
}
