/** Rules for every workflow: pinned actions, minimal permissions, no keys, and only commands that a test runs. */
import assert from 'node:assert/strict';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  ACTION,
  asksForCredentials,
  jobs,
  jobsOf,
  steps,
  texts,
  workflows,
  type Job,
} from './workflow-files.ts';

test('every action is pinned to a commit with its version in a comment, and to the same one everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const text of [...texts.values(), readFileSync(ACTION, 'utf8')]) {
    for (const [line, action] of text.matchAll(/uses: ([^.\s].*)/g)) {
      const [, repository, pin] =
        /^([\w-]+\/[\w-]+)[\w/-]*@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(action!) ?? [];
      assert.ok(repository && pin, line);
      pins.set(repository, (pins.get(repository) ?? new Set()).add(pin));
    }
  }
  for (const [action, versions] of pins)
    assert.equal(versions.size, 1, `${action}: ${[...versions].join(', ')}`);
  assert.deepEqual(
    [...pins.keys()]
      .map((name) => name.split('/')[0])
      .filter((owner, index, all) => all.indexOf(owner) === index)
      .sort(),
    ['actions', 'aws-actions', 'github', 'hashicorp'],
  );
});

test('a workflow has only the permissions of its jobs, and uses no key', () => {
  for (const [name, { permissions, concurrency, jobs: own }] of workflows) {
    assert.deepEqual(permissions, {}, name);
    // A workflow that only calls others leaves concurrency to them.
    assert.ok(concurrency?.group ?? Object.values(own).every(({ uses }) => uses), name);
  }
  for (const [name, text] of texts) {
    assert.doesNotMatch(text, /secrets\.|pull_request_target|AWS_SECRET|write-all/, name);
  }
  for (const [name, job] of jobs) {
    assert.ok(job.permissions, name);
    // Credentials last an hour.
    const hours = Math.max(1, job.steps?.filter(asksForCredentials).length ?? 1);
    if (!job.uses) assert.ok(Number(job['timeout-minutes']) <= 60 * hours, name);
  }
});

test('a job that calls a workflow grants exactly what the jobs of that workflow need', () => {
  const granted = (called: Job[]): Record<string, string> =>
    Object.assign({}, ...called.map(({ permissions }) => permissions));
  const calling = jobs.filter(([, { uses }]) => uses?.startsWith('./'));
  assert.ok(calling.length >= 8);
  for (const [name, { uses, permissions }] of calling)
    assert.deepEqual(permissions, granted(Object.values(jobsOf(path.basename(uses!)))), name);
});

/** Its identity is for npm, not for AWS. */
const PUBLISHING = 'release.yml npm';

test('a job with AWS access cannot write to the repository, and uses an environment that a role trusts', () => {
  const trusted = [
    ...readFileSync('infra/bootstrap/identity.tf', 'utf8').matchAll(/github_environment = (.*)/g),
  ].map(([, value]) => (value === 'var.production_environment' ? 'production' : JSON.parse(value!)));
  assert.deepEqual(trusted, ['production', 'preview', 'plan']);
  const reaching = jobs.filter(
    ([name, job]) => !job.uses && job.permissions!['id-token'] === 'write' && name !== PUBLISHING,
  );
  assert.ok(reaching.length >= 6);
  for (const [name, job] of reaching) {
    assert.deepEqual(job.permissions, { contents: 'read', 'id-token': 'write' }, name);
    const environment = typeof job.environment === 'object' ? job.environment.name : job.environment;
    const named = environment!.startsWith('${{')
      ? [...environment!.matchAll(/&& '(\w+)' \|\| '(\w+)'/g)].flatMap(([, a, b]) => [a!, b!])
      : [environment!];
    assert.ok(named.length > 0 && named.every((one) => trusted.includes(one)), `${name}: ${environment}`);
    assert.match(job.if ?? '', /vars\.AWS_REGION != ''/, `${name} must wait for npm run bootstrap`);
  }
  for (const [name, { on, jobs: own }] of workflows) {
    if (!(typeof on === 'object' && on !== null && 'pull_request' in on)) continue;
    for (const [job, { if: condition = '', permissions }] of Object.entries(own)) {
      if (permissions!['id-token'] !== 'write') continue;
      assert.match(
        condition,
        /head\.repo\.full_name == github\.repository/,
        `${name} ${job} must not run for forks`,
      );
    }
  }
});

test('the author of a pull request decides, not the actor: another person may close it', () => {
  for (const [name, text] of texts) assert.doesNotMatch(text, /github\.actor/, name);
  const conditions = jobs.flatMap(
    ([, job]) => /pull_request\.user\.login != '[^']+'/.exec(job.if ?? '') ?? [],
  );
  assert.deepEqual(conditions, Array(3).fill("pull_request.user.login != 'dependabot[bot]'"));
});

const KNOWN =
  /^(npm (ci|run|audit) |npm ci$|node --import tsx cli\/|\.github\/scripts\/|\.ci\/run( |$)|pipx install |gh release |exit 1$)/;

/** Commands of a step that are neither in this repository nor listed above, one per line and per part of a line. */
function unknownCommands(run: string): string[] {
  return run
    .replaceAll(/\\\n\s*/g, '')
    .split(/[\n;&|]+/)
    .map((command) => command.trim())
    .filter((command) => command !== '' && !KNOWN.test(command));
}

test('a step runs commands and scripts of this repository, and no external text becomes a command', () => {
  for (const [name, { run }] of steps) {
    if (run === undefined) continue;
    assert.doesNotMatch(run, /\$\{\{/, name);
    assert.deepEqual(unknownCommands(run), [], name);
    for (const [script] of run.matchAll(/\.github\/scripts\/[\w.-]+|\.ci\/run/g))
      accessSync(script, constants.X_OK);
    for (const [script] of run.matchAll(/cli\/[\w./-]+\.ts/g)) accessSync(script);
    for (const [, step] of run.matchAll(/ pipeline -- (\S+)/g))
      assert.ok([`.github/scripts/${step}.sh`, `cli/pipeline/${step}.ts`].some(existsSync), step);
  }
  const used = steps.map(([, { run = '' }]) => run).join('\n');
  for (const script of readdirSync('.github/scripts')) {
    const { name } = path.parse(script);
    assert.ok(used.includes(`.github/scripts/${script}`) || used.includes(` pipeline -- ${name}`), script);
  }
});
