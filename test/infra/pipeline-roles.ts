import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REGION, STATE_BUCKET, type Deployment } from './deployment.ts';
import type { Role } from './iam.ts';
import { initTerraform, withoutAws } from './tools.ts';

/** As infra/bootstrap plans them. */
export interface PipelineRoles {
  production: Role;
  preview: Role;
  plan: Role;
  /** The functions' boundaries, as if they were policies of a role. */
  productionBoundary: Role;
  previewBoundary: Role;
}

interface PlannedResource {
  address: string;
  values: { name: string; policy?: string };
}

export async function planPipelineRoles({ aws, project }: Deployment): Promise<PipelineRoles> {
  const directory = join(project.directory, 'infra/bootstrap');
  await writeFile(join(directory, 'emulated_override.tf'), 'terraform {\nbackend "local" {}\n}\n');
  const environment = { ...withoutAws(), ...aws.environment };
  const terraform = await initTerraform(directory, 'pipeline-roles', { backend: true, environment });
  const plan = await terraform.run([
    'plan',
    '-no-color',
    '-out=plan',
    `-var=region=${REGION}`,
    '-var=repository=octocat/resume',
    '-var=repository_ids={ owner = 583231, repository = 1296269 }',
    `-var=state_bucket=${STATE_BUCKET}`,
    // Only the policies: a full plan needs the bucket to exist.
    '-target=aws_iam_policy.pipeline',
    '-target=aws_iam_policy.functions',
  ]);
  assert.equal(plan.exitCode, 0, plan.stdout + plan.stderr);
  const { stdout } = await terraform.run(['show', '-json', 'plan']);
  const resources = JSON.parse(stdout).planned_values.root_module.resources as PlannedResource[];
  const role = (name: string, prefix: string): Role => ({
    name,
    policies: resources
      .filter(({ address }) => address.startsWith(prefix))
      .map(({ values }) => ({ name: values.name, policy: JSON.parse(values.policy!) })),
  });
  const of = (name: string) => role(`cloud-resume-github-${name}`, `aws_iam_policy.pipeline["${name} `);
  return {
    production: of('production'),
    preview: of('preview'),
    plan: of('plan'),
    productionBoundary: role('cloud-resume-production-functions', 'aws_iam_policy.functions["production"]'),
    previewBoundary: role('cloud-resume-pr-functions', 'aws_iam_policy.functions["preview"]'),
  };
}
