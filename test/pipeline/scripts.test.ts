/** Runs the workflows' scripts as a workflow does. A fake `npm run deploy` and `destroy` record their arguments. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { beforeEach, describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCRIPTS = resolve('.github/scripts');

/** Prints the site's address like the real command. Fails if DEPLOY_FAILS is set; with DEPLOY_HANGS it makes timeout (GNU) fire immediately. */
const DEPLOY = `
import { appendFileSync, readFileSync } from 'node:fs';
const flags = process.argv.slice(2);
if (flags[0] === 'pipeline') {
  console.log(process.env.LIVE);
  process.exit();
}
appendFileSync(process.env.DEPLOYED, process.env.npm_package_version + ' ' + flags.join(' ') + '\\n');
console.log('Trying the live site:\\n  a second connection was pushed to the first\\n\\nhttps://d1.cloudfront.net');
if (!process.env.DEPLOY_HANGS) process.exit(Number(process.env.DEPLOY_FAILS ?? 0));
process.on('SIGINT', () => {
  appendFileSync(process.env.DEPLOYED, 'interrupted\\n');
  process.exit(1);
});
setInterval(() => {}, 60_000);
const [, , , , processGroup] = readFileSync('/proc/self/stat', 'utf8').split(' ');
process.kill(Number(processGroup), 'SIGALRM');
`;

describe('a script of the workflows', () => {
  const folder = temporaryFolder();
  const deployed = join(folder, 'deployed');

  beforeEach(async () => {
    await rm(join(folder, 'project'), { recursive: true, force: true });
    await mkdir(join(folder, 'project'));
    await writeFile(deployed, '');
    await writeFile(join(folder, 'output'), '');
    await writeFile(join(folder, 'summary'), '');
  });

  const project = () => join(folder, 'project');
  const run = (program: string, args: string[], environment: Record<string, string> = {}) =>
    spawnSync(program, args, {
      cwd: project(),
      encoding: 'utf8',
      env: {
        ...process.env,
        DEPLOYED: deployed,
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        GIT_CONFIG_GLOBAL: '/dev/null',
        ...environment,
      },
    });
  const script = (name: string, args: string[], environment?: Record<string, string>) =>
    run(join(SCRIPTS, name), args, environment);
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    const { status, stdout, stderr } = run('git', [...identity, ...args]);
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  /** A commit whose deploy records this version. */
  const release = async (version: string) => {
    const manifest = {
      name: 'project',
      version,
      scripts: {
        deploy: 'node deploy.mjs',
        destroy: 'node deploy.mjs',
        pipeline: 'node deploy.mjs pipeline',
        // No package may run a program during an installation: the job holds AWS credentials.
        postinstall: 'node deploy.mjs postinstall',
      },
    };
    await writeFile(join(project(), 'package.json'), JSON.stringify(manifest));
    const lock = {
      name: 'project',
      version,
      lockfileVersion: 3,
      packages: { '': { name: 'project', version } },
    };
    await writeFile(join(project(), 'package-lock.json'), JSON.stringify(lock));
    await writeFile(join(project(), 'deploy.mjs'), DEPLOY);
    if (!existsSync(join(project(), '.git'))) git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', version);
    return git('rev-parse', 'HEAD');
  };
  const written = () => readFile(deployed, 'utf8');

  const PLAN = '--env production --plan plan/production.tfplan --detailed-exitcode';
  for (const [line, environment, status, ran, output] of [
    ['plan.sh production --detailed-exitcode', {}, 0, PLAN, 'differs=false\n'],
    ['plan.sh production', { DEPLOY_FAILS: '2' }, 0, PLAN, 'differs=true\n'],
    ['plan.sh production --detailed-exitcode', { DEPLOY_FAILS: '2' }, 2, PLAN, 'differs=true\n'],
    ['plan.sh production', { DEPLOY_FAILS: '70' }, 70, PLAN, ''],
    ['deploy.sh pr-12 --yes', {}, 0, '--env pr-12 --yes', 'url=https://d1.cloudfront.net\n'],
    ['deploy.sh pr-12 --yes', { DEPLOY_FAILS: '1' }, 1, '--env pr-12 --yes', ''],
    ['deploy.sh pr-12 --yes', { DEPLOY_HANGS: 'yes' }, 124, '--env pr-12 --yes\ninterrupted', ''],
    ['destroy.sh production', {}, 0, '--env production --yes --keep-count', ''],
    ['destroy.sh production', { DELETE_COUNT: 'true' }, 0, '--env production --yes', ''],
    ['destroy.sh pr-12', {}, 0, '--env pr-12 --yes', ''],
    ['destroy.sh pr-12', { DEPLOY_HANGS: 'yes' }, 124, '--env pr-12 --yes\ninterrupted', ''],
  ] as const)
    test(`${line} with ${JSON.stringify(environment)} exits with ${status}`, async () => {
      await release('1.0.0');
      const [name, ...args] = line.split(' ') as [string, ...string[]];
      const result = script(name, args, environment);
      assert.equal(result.status, status, result.stderr);
      assert.equal(await written(), `1.0.0 ${ran}\n`);
      assert.equal(await readFile(join(folder, 'output'), 'utf8'), output);
    });

  describe('roll-back.sh', () => {
    /** deploy.json in the state bucket has this commit. */
    const rollBack = (LIVE: string, environment: Record<string, string> = {}) =>
      script('roll-back.sh', ['production'], { LIVE, ...environment });

    test('fails if there is no earlier release', async () => {
      const only = await release('1.0.0');
      const first = rollBack('');
      assert.equal(first.status, 1);
      assert.match(first.stdout, /::error::No release of production has passed its smoke test yet/);
      const same = rollBack(only);
      assert.equal(same.status, 1);
      assert.match(same.stdout, /::error::The last good release of production is this commit/);
      assert.equal(await written(), '');
    });

    test('fails if the earlier release fails too', async () => {
      const good = await release('1.0.0');
      await release('2.0.0');
      assert.equal(rollBack(good, { DEPLOY_FAILS: '1' }).status, 1);
      assert.equal(git('worktree', 'list').split('\n').length, 1);
    });
  });

  test('random-seeds.sh prints the seed and the command that repeats the run', async () => {
    await mkdir(join(project(), '.ci'));
    const ci = '#!/bin/sh\necho "ran $* with $SEED and $FUZZ_SECONDS"\n';
    await writeFile(join(project(), '.ci/run'), ci, { mode: 0o755 });
    const seeds = new Set<string>();
    for (let run = 0; run < 2; run++) {
      const { status, stdout } = script('random-seeds.sh', ['faults'], { FUZZ_SECONDS: '5' });
      assert.equal(status, 0);
      const [, seed] =
        /^Repeat this run with: SEED=(\d+) FUZZ_SECONDS=5 npm test -- --all faults\nran faults with \1 and 5\n$/.exec(
          stdout,
        ) ?? assert.fail(stdout);
      seeds.add(seed!);
    }
    assert.equal(seeds.size, 2);
  });

  test('confirm.sh requires the same name twice', () => {
    const confirm = (ENVIRONMENT: string, CONFIRMATION: string) =>
      script('confirm.sh', [], { ENVIRONMENT, CONFIRMATION });
    assert.equal(confirm('production', 'production').status, 0);
    const { status, stdout } = confirm('production', 'pr-12');
    assert.equal(status, 1);
    assert.match(stdout, /::error::The environment is "production", the confirmation "pr-12"/);
  });

  test('release-files.sh writes the npm package, the functions’ packages, the bill of materials and the checksums', async () => {
    const filter = (source: string) => !/^(node_modules|\.git|\.cache|dist|test|docs)$/.test(source);
    await cp('.', project(), { recursive: true, filter });
    await cp('test/fixtures/resumes/engineer.json', join(project(), 'resume.json'));
    await symlink(resolve('node_modules'), join(project(), 'node_modules'));
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    const { status, stderr } = script('release-files.sh', ['release']);
    assert.equal(status, 0, stderr);
    const read = (name: string) => readFile(join(project(), 'release', name));
    assert.deepEqual((await readdir(join(project(), 'release'))).sort(), [
      'SHA256SUMS',
      'broadcaster.zip',
      `cloud-resume-${version}.tgz`,
      'sbom.cdx.json',
      'updater.zip',
    ]);
    for (const line of (await read('SHA256SUMS')).toString().trim().split('\n')) {
      const [sum, name] = line.split(/\s+/) as [string, string];
      assert.equal(
        createHash('sha256')
          .update(await read(name))
          .digest('hex'),
        sum,
      );
    }
    const bom = JSON.parse((await read('sbom.cdx.json')).toString());
    const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));
    assert.equal(bom.bomFormat, 'CycloneDX');
    const listed = new Set(
      bom.components.map(({ group, name }: { group?: string; name: string }) =>
        group ? `${group}/${name}` : name,
      ),
    );
    for (const path of Object.keys(packages).filter((key) => key !== ''))
      assert.ok(listed.has(path.split('node_modules/').at(-1)!), path);
  });
});
