import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { serveHttp } from '../../test/support/http-server.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { describeRepository, nextSteps, readRemote } from './github.ts';

/** A fake GitHub with one repository. */
async function gitHub(t: TestContext): Promise<NodeJS.ProcessEnv> {
  const { url, close } = await serveHttp((request, response) => {
    const known = request.url === '/repos/octocat/Resume';
    const described = { full_name: 'octocat/Resume', id: 1296269, owner: { id: 583231 } };
    response.writeHead(known ? 200 : 404).end(JSON.stringify(known ? described : {}));
  });
  t.after(close);
  return { GITHUB_API_URL: url };
}

test('GitHub reports the spelling of a repository and its IDs', async (t) => {
  const environment = await gitHub(t);
  assert.deepEqual(await describeRepository({ name: 'octocat/Resume', environment }), {
    name: 'octocat/Resume',
    ids: { owner: 583231, repository: 1296269 },
  });
});

test('GitHub is not asked if both IDs are given', async () => {
  const environment = { GITHUB_API_URL: 'http://127.0.0.1:1' };
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

test('rejects an invalid repository, and one that GitHub does not know', async (t) => {
  await assert.rejects(describeRepository({ name: 'resume' }), { message: 'The repository is "resume".' });
  const environment = await gitHub(t);
  await assert.rejects(describeRepository({ name: 'octocat/other', environment }), {
    message: 'GitHub answered 404 when asked about octocat/other.',
    remedy: /For a private repository, set GITHUB_TOKEN/,
  });
});

test('reads the repository from any form of its URL', () => {
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
  permissions_boundaries: {
    value: {
      production: 'cloud-resume-production-functions',
      preview: 'cloud-resume-pr-functions',
      plan: 'cloud-resume-production-functions',
    },
  },
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
    'gh variable set PERMISSIONS_BOUNDARY --repo octocat/resume --env plan --body cloud-resume-production-functions',
    `${put}/preview`,
    `gh variable set AWS_ROLE_ARN --repo octocat/resume --env preview --body ${arn('preview')}`,
    'gh variable set PERMISSIONS_BOUNDARY --repo octocat/resume --env preview --body cloud-resume-pr-functions',
    `gh variable set AWS_ROLE_ARN --repo octocat/resume --env production --body ${arn('production')}`,
    'gh variable set PERMISSIONS_BOUNDARY --repo octocat/resume --env production --body cloud-resume-production-functions',
    'gh variable set AWS_REGION --repo octocat/resume --body eu-central-1',
  ]);
});

test('with the line for cloud-resume.json, a machine and the workflows give Terraform the same values', async () => {
  const file = join(temporaryFolder(), 'cloud-resume.json');
  const line = nextSteps('octocat/resume', OUTPUTS, FRESH).find((one) => one.startsWith('"'))!;
  await writeFile(file, '{ "name": "cloud-resume" }');
  const workflows = await loadConfiguration({
    file,
    variables: { CLOUD_RESUME_PERMISSIONS_BOUNDARY: OUTPUTS.permissions_boundaries.value.production },
  });
  await writeFile(file, `{ "name": "cloud-resume", "environments": { "production": { ${line} } } }`);
  const machine = await loadConfiguration({ file, variables: {} });
  assert.equal(machine.terraformVariables['permissions_boundary'], 'cloud-resume-production-functions');
  assert.deepEqual(machine.terraformVariables, workflows.terraformVariables);
  assert.ok(!nextSteps('octocat/resume', OUTPUTS, machine).includes(line), 'it is not asked for twice');
});
