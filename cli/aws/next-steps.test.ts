import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfiguration } from '../configuration/index.ts';
import { nextSteps } from './next-steps.ts';

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
