/** What the functions' and the pipeline's roles allow, compared with every AWS call that a deployment made. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { neededByDeploy } from './deploy-permissions.ts';
import { REGION, STATE_BUCKET, type Deployment } from './deployment.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { functionProbes, NOT_TRIED, probes } from './expected-rights.ts';
import {
  createEvaluator,
  neededBy,
  readRole,
  type NeededPermission,
  type RecordedCall,
  type Role,
} from './permissions.ts';
import {
  allows,
  createPipelineEvaluator,
  everyRight,
  inEnvironment,
  neededByCommands,
  refuses,
  type PipelineRoles,
} from './pipeline-roles.ts';

const ACCOUNT = `${REGION}:123456789012`;

/** Each role allows what its function did, nothing on the list of probes, and has no unused statement. */
export async function checkFunctionRoles(
  t: TestContext,
  deployment: Deployment,
  pipeline: PipelineRoles,
): Promise<void> {
  const outputs = await deployment.outputs();
  // A function may be writing the last line.
  const lines = (await readFile(deployment.functionCalls, 'utf8')).split('\n').slice(0, -1);
  const recorded = lines.map((line) => JSON.parse(line) as RecordedCall);
  const evaluate = await createEvaluator();
  for (const name of ['updater', 'broadcaster']) {
    const functionName = outputs[`${name}_function`]!;
    const role = await readRole(deployment.reader, functionName);
    const calls = recorded.filter((call) => call.functionName === functionName);
    const needed = unique([
      ...calls.flatMap((call) => neededBy(call, REGION, outputs['api_id']!)),
      ...(await neededByServices(deployment, functionName)),
      closing(outputs['api_id']!),
    ]);
    const rights = await allows(evaluate, role, needed);
    const used = new Set([...rights].map((right) => right.split(' ')[0]!));
    const statements = role.policies.flatMap(({ policy }) => policy.Statement.map(({ Sid }) => Sid));
    assert.deepEqual([...used].sort(), statements.sort(), `statements of ${functionName} that a call needs`);
    await allows(evaluate, pipeline.productionBoundary, needed);
    // Whatever policies a pull request's code attaches to a preview's function, the boundary keeps it away from production.
    await refuses(evaluate, pipeline.previewBoundary, needed);
    await allows(evaluate, pipeline.previewBoundary, inEnvironment(needed, 'pr-12'));
    await refuses(evaluate, pipeline.productionBoundary, inEnvironment(needed, 'pr-12'));
    await refuses(evaluate, role, functionProbes(REGION));
    t.diagnostic(
      `${name}: ${calls.length} calls, ${needed.length} permissions, ${statements.length} statements`,
    );
  }
}

/** No connection here floods the updater or rejects the broadcaster's posts for minutes, so no test here sees the call. */
const closing = (apiId: string): NeededPermission => ({
  action: 'execute-api:ManageConnections',
  resource: `arn:aws:execute-api:${ACCOUNT}:${apiId}/live/DELETE/@connections/L0SM9cOFvHcCIhw=`,
});

/** What AWS does in a function's name: Lambda writes its log; the event source mapping reads the stream and reports failures. */
async function neededByServices(
  { reader, calls, topology }: Deployment,
  functionName: string,
): Promise<NeededPermission[]> {
  const log: NeededPermission = {
    action: 'logs:PutLogEvents',
    resource: `arn:aws:logs:${ACCOUNT}:log-group:/aws/lambda/${functionName}:log-stream:2026/01/01/[$LATEST]0`,
  };
  const [mapping] = (await topology()).eventSourceMappings;
  if (!mapping?.onFailure || mapping.functionName !== functionName) return [log];
  const streamCalls = new Set(
    calls.flatMap(({ target }) => (target.startsWith('DynamoDBStreams') ? [target.split('.')[1]!] : [])),
  );
  assert.ok(streamCalls.has('GetRecords') && streamCalls.has('GetShardIterator'));
  const { Table } = await reader.call<{ Table: { LatestStreamArn: string } }>(
    'dynamodb',
    'DynamoDB_20120810.DescribeTable',
    { TableName: mapping.tableName },
  );
  return [
    log,
    { action: 'sqs:SendMessage', resource: mapping.onFailure },
    ...[...streamCalls].map((action) => ({ action: `dynamodb:${action}`, resource: Table.LatestStreamArn })),
  ];
}

const TAGS = { Project: 'cloud-resume', Environment: 'production' };
const FACTS = {
  tags: TAGS,
  mappedFunction: `arn:aws:lambda:${ACCOUNT}:function:cloud-resume-production-broadcaster`,
  boundary: 'arn:aws:iam::123456789012:policy/cloud-resume-production-functions',
};

/** What Terraform's calls needed. */
function needed(requests: EmulatedRequest[]): NeededPermission[] {
  return unique(requests.filter(isTerraforms).flatMap((request) => neededByDeploy(request, FACTS)));
}

/** The policy for a person who deploys allows everything from the first deploy to the removal, and nothing of another project. */
export async function checkDeployerPolicy(calls: EmulatedRequest[]): Promise<void> {
  const evaluate = await createPipelineEvaluator();
  const policy = JSON.parse(
    await readFile('infra/deployer-policy.json', 'utf8'),
  ) as Role['policies'][number]['policy'];
  const deployer = { name: 'deployer', policies: [{ name: 'deployer', policy }] };
  const { reading, writing } = neededByCommands(STATE_BUCKET, REGION, TAGS);
  const stateBucket = [
    'CreateBucket',
    'PutBucketPolicy',
    'PutBucketVersioning',
    'PutLifecycleConfiguration',
  ].map((action) => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${STATE_BUCKET}` }));
  const all = [...needed(calls), ...reading, ...writing, ...stateBucket];
  assert.ok(all.length > 100);
  await allows(evaluate, deployer, all);
  const others = all.filter(
    ({ action, resource }) =>
      resource.includes('cloud-resume') &&
      !/apigateway|cloudfront/.test(resource) &&
      // Reads every project's.
      action !== 'logs:ListTagsForResource',
  );
  const renamed = JSON.parse(
    JSON.stringify(others).replaceAll('cloud-resume', 'other'),
  ) as NeededPermission[];
  assert.ok(renamed.length > 50);
  await refuses(
    evaluate,
    deployer,
    renamed.filter(({ resource }) => resource.includes('other-')),
  );
}

/**
 * The production role allows everything that deploy and destroy did; the preview role allows the same for a preview; the plan role
 * allows a plan. None of them reaches another environment, or anything on the list of probes.
 * @param unchanged the calls of a deploy that had nothing to change
 */
export async function checkPipelineRoles(
  t: TestContext,
  pipeline: PipelineRoles,
  calls: EmulatedRequest[],
  unchanged: EmulatedRequest[],
): Promise<void> {
  const evaluate = await createPipelineEvaluator();
  const commands = neededByCommands(STATE_BUCKET, REGION, TAGS);
  const all = [...needed(calls), ...commands.reading, ...commands.writing];
  const used = await allows(evaluate, pipeline.production, all);
  assert.deepEqual(
    everyRight(pipeline.production).filter((right) => !used.has(right)),
    [...NOT_TRIED].sort(),
    'rights of production that nothing here used',
  );
  // Fact: this action has no resource. Only previews have a function.
  const createStageFunction = { action: 'cloudfront:CreateFunction', resource: '*' };
  await allows(evaluate, pipeline.preview, [...inEnvironment(all, 'pr-12'), createStageFunction]);
  await allows(evaluate, pipeline.plan, [...needed(unchanged), ...commands.reading]);
  // ARNs that name an environment belong to that environment alone.
  const productions = all.filter(({ resource }) => resource.includes('production'));
  assert.ok(productions.length > 100);
  await refuses(evaluate, pipeline.preview, productions);
  await refuses(evaluate, pipeline.previewBoundary, productions);
  await refuses(evaluate, pipeline.production, inEnvironment(productions, 'pr-12'));
  await refuses(evaluate, pipeline.plan, commands.writing);
  for (const role of [pipeline.production, pipeline.preview, pipeline.plan])
    await refuses(evaluate, role, probes(REGION, STATE_BUCKET));
  t.diagnostic(`${all.length} permissions, ${everyRight(pipeline.production).length} rights`);
}

const isTerraforms = ({ headers }: EmulatedRequest) => Boolean(headers['user-agent']?.includes('Terraform/'));

function unique(permissions: NeededPermission[]): NeededPermission[] {
  return [...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values()];
}
