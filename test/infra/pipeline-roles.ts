/** The pipeline's roles as infra/bootstrap plans them, and checks of what they allow. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceTags } from './deploy-permissions.ts';
import { initTerraform } from './tools.ts';
import { ACCOUNT, createEvaluator, type Evaluator, type NeededPermission, type Role } from './permissions.ts';

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

/**
 * @param directory a copy of infra/bootstrap; an override file is written there
 * @param environment leads to the emulated AWS
 */
export async function planPipelineRoles(
  directory: string,
  environment: NodeJS.ProcessEnv,
  settings: Record<string, string>,
): Promise<PipelineRoles> {
  await writeFile(join(directory, 'emulated_override.tf'), 'terraform {\nbackend "local" {}\n}\n');
  const terraform = await initTerraform(directory, 'pipeline-roles', { backend: true, environment });
  const variables = Object.entries(settings).map(([name, value]) => `-var=${name}=${value}`);
  // Only the policies: a full plan needs the bucket to exist.
  const targets = ['aws_iam_policy.pipeline', 'aws_iam_policy.functions'].map((name) => `-target=${name}`);
  const plan = await terraform.run(['plan', '-no-color', '-out=plan', ...variables, ...targets]);
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

/**
 * @returns what was allowed by which action of which statement: `ManageQueue sqs:CreateQueue`
 * @throws {AssertionError} that lists everything the role does not allow
 */
export async function allows(
  evaluate: Evaluator,
  role: Role,
  needed: readonly NeededPermission[],
): Promise<Set<string>> {
  const used = new Set<string>();
  const refused: string[] = [];
  for (const permission of needed) {
    const { allowed, by } = await evaluate(role, permission);
    if (!allowed) refused.push(`${permission.action} on ${permission.resource}`);
    for (const sid of by) used.add(`${sid} ${permission.action}`);
  }
  assert.deepEqual(refused, [], `${role.name} denies what it must allow`);
  return used;
}

/** @throws {AssertionError} that lists everything the role allows */
export async function refuses(
  evaluate: Evaluator,
  role: Role,
  probes: readonly NeededPermission[],
): Promise<void> {
  const allowed: string[] = [];
  for (const probe of probes) {
    if ((await evaluate(role, probe)).allowed) allowed.push(`${probe.action} on ${probe.resource}`);
  }
  assert.deepEqual(allowed, [], `${role.name} allows what it must deny`);
}

/** Every action of every statement, as {@link allows} names them. */
export function everyRight(role: Role): string[] {
  return role.policies
    .flatMap(({ policy }) => policy.Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Sid, Action }) => [Action].flat().map((action) => `${Sid} ${action}`))
    .sort();
}

/** The permissions that the same deploy needs in another environment. */
export function inEnvironment(needed: readonly NeededPermission[], environment: string): NeededPermission[] {
  const text = JSON.stringify(needed);
  return JSON.parse(
    text
      .replaceAll('policy/cloud-resume-production-functions', 'policy/cloud-resume-pr-functions')
      .replaceAll('/live/', '/preview/')
      .replaceAll('cloud-resume-production', `cloud-resume-${environment}`)
      .replaceAll('Tag/Environment":"production"', `Tag/Environment":"${environment}"`)
      .replaceAll('cloud-resume/production/', `cloud-resume/${environment}/`),
  );
}

/** The AWS calls that the commands make themselves, without Terraform (cli/aws). */
export function neededByCommands(
  bucket: string,
  region: string,
  tags: Record<string, string>,
): { reading: NeededPermission[]; writing: NeededPermission[] } {
  const folder = `arn:aws:s3:::${bucket}/cloud-resume/production`;
  const count = `arn:aws:dynamodb:${region}:${ACCOUNT}:table/cloud-resume-production-visitor-count`;
  const distribution = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
  const on = (resource: string, ...actions: string[]): NeededPermission[] =>
    actions.map((action) => ({ action, resource }));
  return {
    reading: [
      ...on('*', 'lambda:GetAccountSettings', 'lambda:ListEventSourceMappings', 'route53:ListHostedZones'),
      ...on(`arn:aws:apigateway:${region}::/apis`, 'apigateway:GET'),
      ...on(`arn:aws:s3:::${bucket}`, 's3:ListBucket', 's3:GetBucketPolicy'),
      ...on(`${folder}/terraform.tfstate`, 's3:GetObject'),
      ...on(`${folder}/deploy.json`, 's3:GetObject'),
      ...on(`${folder}/releases/0f.tgz`, 's3:GetObject', 's3:PutObject'),
      ...on(`${folder}/terraform.tfstate.tflock`, 's3:GetObject', 's3:PutObject', 's3:DeleteObject'),
      ...on(count, 'dynamodb:DescribeTable', 'dynamodb:BatchGetItem'),
    ],
    writing: [
      ...on(`${folder}/terraform.tfstate`, 's3:PutObject', 's3:DeleteObject'),
      ...on(`${folder}/deploy.json`, 's3:PutObject', 's3:DeleteObject'),
      ...on(count, 'dynamodb:UpdateTable'),
      ...on(
        '*',
        'cloudfront:ListDistributions',
        'cloudfront:ListOriginAccessControls',
        'cloudfront:ListResponseHeadersPolicies',
      ),
      ...['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'].map((action) => ({
        action,
        resource: distribution,
        context: resourceTags(tags),
      })),
    ],
  };
}

/** IAM's evaluation. API Gateway is matched by name, because the simulator only has data for the older of its two APIs. */
export async function createPipelineEvaluator(): Promise<Evaluator> {
  const evaluate = await createEvaluator();
  return async (role, needed) =>
    needed.action.startsWith('apigateway:') ? evaluateApiGateway(role, needed) : evaluate(role, needed);
}

function evaluateApiGateway({ policies }: Role, { action, resource, context = {} }: NeededPermission) {
  const matching = policies
    .flatMap(({ policy }) => policy.Statement)
    .filter(({ Action }) => [Action].flat().includes(action))
    .filter((statement) => [statement.Resource].flat().some((pattern) => matches(pattern, resource)))
    .filter(({ Condition = {} }) => holds(Condition, context));
  const isDenied = matching.some(({ Effect }) => Effect === 'Deny');
  const by = matching.filter(({ Effect }) => Effect === 'Allow').map(({ Sid }) => Sid);
  return Promise.resolve({ allowed: by.length > 0 && !isDenied, by });
}

/** Like IAM: a missing key is not like any value, and Null compares with whether it is missing. */
function holds(condition: Record<string, Record<string, string>>, context: Record<string, string>): boolean {
  return Object.entries(condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, value]) => {
      const actual = context[key];
      if (operator === 'StringNotLike') return actual === undefined || !matches(value, actual);
      assert.equal(operator, 'Null', `add ${operator} here`);
      return String(actual === undefined) === value;
    }),
  );
}

/** Fact: `*` matches any characters, including slashes. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
