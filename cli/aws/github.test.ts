import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfiguration } from '../configuration/index.ts';
import { describeRepository, nextSteps, readRemote } from './github.ts';

/** A GitHub that knows one repository, of that age. */
async function gitHub(t: TestContext, created_at: string): Promise<NodeJS.ProcessEnv> {
  const server = createServer((request, response) => {
    const known = request.url === '/repos/octocat/Resume';
    const described = { full_name: 'octocat/Resume', id: 1296269, owner: { id: 583231 }, created_at };
    response.writeHead(known ? 200 : 404).end(JSON.stringify(known ? described : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const IDS = { owner: 583231, repository: 1296269 };

test('the tokens of newer repositories carry numbers, those of older ones names', async (t) => {
  const newer = { name: 'octocat/Resume', environment: await gitHub(t, '2026-07-15T00:00:00Z') };
  const older = { name: 'octocat/Resume', environment: await gitHub(t, '2026-07-14T23:59:59Z') };
  assert.deepEqual(await describeRepository(newer), { name: 'octocat/Resume', ids: IDS });
  assert.deepEqual(await describeRepository(older), { name: 'octocat/Resume' });
  // One that was renamed, or has chosen them.
  assert.deepEqual(await describeRepository({ ...older, subject: 'numbers' }), {
    name: 'octocat/Resume',
    ids: IDS,
  });
});

test('GitHub is not asked where all is known', async () => {
  const environment = { GITHUB_API_URL: 'http://127.0.0.1:1' };
  assert.deepEqual(await describeRepository({ name: 'octocat/resume', subject: 'names', environment }), {
    name: 'octocat/resume',
  });
  const given = { name: 'octocat/resume', ownerId: 1, repositoryId: 2, environment };
  assert.deepEqual(await describeRepository(given), {
    name: 'octocat/resume',
    ids: { owner: 1, repository: 2 },
  });
  await assert.rejects(describeRepository({ name: 'octocat/resume', environment }), {
    message: 'GitHub could not be asked about octocat/resume.',
    remedy: /--owner-id and --repository-id/,
  });
});

test('what is no repository, or not known to GitHub, is refused', async (t) => {
  await assert.rejects(describeRepository({ name: 'resume' }), { message: 'The repository is "resume".' });
  const environment = await gitHub(t, '2026-08-01T00:00:00Z');
  await assert.rejects(describeRepository({ name: 'octocat/other', environment }), {
    message: 'GitHub answered 404 when asked about octocat/other.',
    remedy: /private repository[^]*--subject names/,
  });
});

test('the repository is read from any form of its address', () => {
  for (const url of [
    'https://github.com/octocat/resume.git',
    'https://github.com/octocat/resume',
    'git@github.com:octocat/resume.git',
    'ssh://git@github.com/octocat/resume.git',
  ])
    assert.equal(readRemote(url), 'octocat/resume', url);
  assert.equal(readRemote('https://gitlab.com/octocat/resume.git'), undefined);
});

const arn = (environment: string) => `arn:aws:iam::123456789012:role/cloud-resume-github-${environment}`;
const OUTPUTS = {
  role_arns: {
    value: { production: arn('production'), preview: arn('preview'), plan: arn('plan') },
  },
  permissions_boundary: { value: 'cloud-resume-functions' },
  region: { value: 'eu-central-1' },
};
const FRESH = { file: 'cloud-resume.json', settings: { region: 'eu-central-1', resume: 'resume.json' } };

test('production is protected before its role is named, and the workflows are switched on last', () => {
  const commands = nextSteps('octocat/resume', OUTPUTS, FRESH).filter((line) => line.startsWith('gh '));
  const put = 'gh api --silent --method PUT repos/octocat/resume/environments';
  assert.deepEqual(commands, [
    `${put}/production -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true' -f 'reviewers[][type]=User' -F "reviewers[][id]=$(gh api user --jq .id)"`,
    'gh api --silent --method POST repos/octocat/resume/environments/production/deployment-branch-policies -f name=main',
    `${put}/plan`,
    `gh variable set AWS_ROLE_ARN --repo octocat/resume --env plan --body ${arn('plan')}`,
    `${put}/preview`,
    `gh variable set AWS_ROLE_ARN --repo octocat/resume --env preview --body ${arn('preview')}`,
    `gh variable set AWS_ROLE_ARN --repo octocat/resume --env production --body ${arn('production')}`,
    'gh variable set PERMISSIONS_BOUNDARY --repo octocat/resume --body cloud-resume-functions',
    'gh variable set AWS_REGION --repo octocat/resume --body eu-central-1',
  ]);
});

test('with the line for cloud-resume.json, a machine and the workflows give Terraform the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'next-steps-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'cloud-resume.json');
  const line = nextSteps('octocat/resume', OUTPUTS, FRESH).find((one) => one.startsWith('"'))!;
  await writeFile(file, '{ "name": "cloud-resume" }');
  const workflows = await loadConfiguration({
    file,
    variables: { CLOUD_RESUME_PERMISSIONS_BOUNDARY: OUTPUTS.permissions_boundary.value },
  });
  await writeFile(file, `{ ${line} "name": "cloud-resume" }`);
  const machine = await loadConfiguration({ file, variables: {} });
  assert.equal(machine.terraformVariables['permissions_boundary'], 'cloud-resume-functions');
  assert.deepEqual(machine.terraformVariables, workflows.terraformVariables);
  assert.ok(!nextSteps('octocat/resume', OUTPUTS, machine).includes(line), 'it is not asked for twice');
});
