/** What single workflows promise: rollback, approval, publishing, scheduled checks, the required check, and an owner's copies. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { generatedFiles, publishWorkflow } from '../../cli/owner/templates.ts';
import {
  ACTION,
  asksForCredentials,
  jobsOf,
  steps,
  workflowOf,
  type Job,
  type Workflow,
} from './workflow-files.ts';

test('a deploy that fails after AWS started to change is rolled back, with its own credentials and time limit', () => {
  const { steps: own = [], 'timeout-minutes': limit } = jobsOf('production.yml')['deploy']!;
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

test('workflows that deploy and destroy the same environment wait for each other', () => {
  const groupOf = (file: string) => workflowOf(file).concurrency!.group;
  assert.equal(groupOf('production.yml'), 'deploy-production');
  assert.equal(groupOf('preview.yml'), 'deploy-pr-${{ github.event.pull_request.number }}');
  assert.equal(groupOf('destroy.yml'), 'deploy-${{ inputs.environment }}');
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

test('the oldest Node that package.json promises runs the unit tests', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const prepare = jobsOf('ci.yml')['oldest-node']!.steps!.find(({ with: inputs }) => inputs?.['node']);
  assert.equal(prepare!.with!['node'], engines.node.replace('>=', ''));
  assert.match(readFileSync(ACTION, 'utf8'), /node-version: \$\{\{ inputs\.node \|\| /);
});

describe('the workflows of an owner', () => {
  test('shared: a pinned call with the inputs and permissions that it declares', () => {
    const uses = `octocat/cloud-resume/.github/workflows/site.yml@${'0'.repeat(40)} # v1.2.3`;
    const publish = parse(publishWorkflow(uses)) as Workflow & {
      jobs: { site: Job & { with: Record<string, unknown> } };
    };
    const { on } = workflowOf('site.yml') as {
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
});
