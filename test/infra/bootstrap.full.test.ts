/** `npm run bootstrap` in an emulated AWS account: the state bucket, the pipeline's roles and what to set on GitHub. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAwsReader, elements, type AwsReader } from './aws-reader.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import { BOOTSTRAP_OVERRIDE, createEmulatedProject, type EmulatedProject } from './emulated-project.ts';
import { missingPrograms } from '../support/tools.ts';

const skip = process.env['WITHOUT_EMULATED_AWS']
  ? 'WITHOUT_EMULATED_AWS is set'
  : missingPrograms('terraform', 'moto_server');

describe('npm run bootstrap', { skip }, () => {
  const flags = ['--yes', '--repository', 'octocat/resume'];
  const numbers = ['--owner-id', '583231', '--repository-id', '1296269'];
  let aws: EmulatedAws;
  let reader: AwsReader;
  let project: EmulatedProject;
  /** Regions in which Terraform asked for the state bucket. */
  const regions = new Set<string>();

  before(async () => {
    aws = await startEmulatedAws({
      onCall({ headers, path, region }) {
        const byTerraform = headers['user-agent']?.includes('Terraform/');
        if (byTerraform && path.startsWith('/cloud-resume-state-')) regions.add(region);
      },
    });
    reader = createAwsReader(aws.endpoint, 'us-east-1');
    project = await createEmulatedProject({ aws, environment: { GITHUB_API_URL: aws.endpoint } });
    await writeFile(join(project.directory, 'infra/bootstrap/emulated_override.tf'), BOOTSTRAP_OVERRIDE);
  });

  after(async () => {
    await project?.remove();
    await aws?.stop();
  });

  const iam = (Action: string, parameters: Record<string, string> = {}) =>
    reader.query('iam', { Action, Version: '2010-05-08', ...parameters });

  test('creates the bucket, the roles and their policies, and prints the commands for GitHub', async () => {
    const { exitCode, output } = await project.run('bootstrap', ...flags, ...numbers);
    assert.equal(exitCode, 0, output);
    assert.match(output, /created the bucket cloud-resume-state-123456789012/);
    for (const name of ['production', 'preview', 'plan']) {
      const arn = `arn:aws:iam::123456789012:role/cloud-resume-github-${name}`;
      assert.ok(
        output.includes(`gh variable set AWS_ROLE_ARN --repo octocat/resume --env ${name} --body ${arn}\n`),
        output,
      );
    }
    assert.match(
      output,
      /PERMISSIONS_BOUNDARY --repo octocat\/resume --env preview --body cloud-resume-pr-functions\n/,
    );
    const attached = await iam('ListAttachedRolePolicies', { RoleName: 'cloud-resume-github-preview' });
    const names = elements(attached, 'PolicyName');
    assert.ok(names.length >= 4 && names.every((name) => name.startsWith('cloud-resume-github-preview-')));
  });

  test('stores its state in the bucket', async () => {
    const list = await (await reader.get('s3', '/cloud-resume-state-123456789012')).text();
    assert.deepEqual(elements(list, 'Key'), ['bootstrap/cloud-resume/terraform.tfstate']);
  });

  test('a second run with another repository changes only the roles’ trust', async () => {
    const other = ['--owner-id', '583231', '--repository-id', '7'];
    const { exitCode, output } = await project.run('bootstrap', ...flags, ...other);
    assert.equal(exitCode, 0, output);
    assert.match(output, /^ {2}3 to change$/m);
    const role = await iam('GetRole', { RoleName: 'cloud-resume-github-production' });
    assert.match(decodeURIComponent(role), /repo:octocat@583231\/resume@7:environment:production/);
  });

  test('with another Region and bucket name, the roles follow and the state stays', async () => {
    const moved = project.with({
      CLOUD_RESUME_REGION: 'eu-central-1',
      CLOUD_RESUME_SITE_BUCKET_NAME: 'my-own-bucket',
    });
    const { exitCode, output } = await moved.run('bootstrap', ...flags, ...numbers);
    assert.equal(exitCode, 0, output);
    assert.match(output, /AWS_REGION --repo octocat\/resume --body eu-central-1$/m);
    assert.doesNotMatch(output, /to (create|replace|destroy)/);
    assert.deepEqual([...regions], ['us-east-1']);
    const PolicyArn = 'arn:aws:iam::123456789012:policy/cloud-resume-github-production-storing';
    const [version] = elements(await iam('GetPolicy', { PolicyArn }), 'DefaultVersionId');
    const policy = decodeURIComponent(await iam('GetPolicyVersion', { PolicyArn, VersionId: version! }));
    assert.match(policy, /arn:aws:s3:::my-own-bucket\/\*/);
    assert.match(policy, /arn:aws:dynamodb:eu-central-1:123456789012:table\/cloud-resume-production-/);
  });

  test('asks for the repository when it is missing or unknown to GitHub', async () => {
    const unnamed = await project.run('bootstrap', '--yes');
    assert.equal(unnamed.exitCode, 1);
    assert.match(
      unnamed.output,
      /No repository was given\.\nName it: npm run bootstrap -- --yes --repository/,
    );
    const unknown = await project.run('bootstrap', ...flags);
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.output, /GitHub answered \d+ when asked about octocat\/resume[^]*--owner-id/);
  });
});
