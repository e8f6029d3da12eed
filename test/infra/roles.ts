/** What the functions' and the pipeline's roles allow, compared with every AWS call that a deployment made. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { REGION, STATE_BUCKET, type Deployment } from './deployment.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { ACCOUNT, createEvaluator, readRole, type NeededPermission, type Role } from './iam.ts';
import { neededBy, type AwsCall, type Facts } from './needed-permissions.ts';
import type { PipelineRoles } from './pipeline-roles.ts';

const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;

const factsOf = (apiId: string): Facts => ({
  tags: { Project: 'cloud-resume', Environment: 'production' },
  mappedFunction: arn('lambda', 'function:cloud-resume-production-broadcaster'),
  boundary: `arn:aws:iam::${ACCOUNT}:policy/cloud-resume-production-functions`,
  apiId,
});

/** Each role allows what its function did, denies the same elsewhere, and has no unused statement. */
export async function checkFunctionRoles(
  t: TestContext,
  deployment: Deployment,
  pipeline: PipelineRoles,
): Promise<void> {
  const outputs = await deployment.outputs();
  const facts = factsOf(outputs['api_id']!);
  // A function may be writing the last line.
  const lines = (await readFile(deployment.functionCalls, 'utf8')).split('\n').slice(0, -1);
  const recorded = lines.map((line) => JSON.parse(line) as AwsCall & { functionName: string });
  const { allows, refuses } = await createEvaluator();
  for (const name of ['updater', 'broadcaster']) {
    const functionName = outputs[`${name}_function`]!;
    const role = await readRole(deployment.reader, functionName);
    const calls = recorded.filter((call) => call.functionName === functionName);
    const needed = unique([
      ...calls.flatMap((call) => neededBy({ ...call, region: REGION, query: new URLSearchParams() }, facts)),
      ...(await neededByServices(deployment, functionName)),
      // No connection here floods the updater or rejects the broadcaster's posts for minutes, so no test here sees the call.
      {
        action: 'execute-api:ManageConnections',
        resource: arn('execute-api', `${facts.apiId}/live/DELETE/@connections/L0SM9cOFvHcCIhw=`),
      },
    ]);
    const rights = await allows(role, needed);
    const used = new Set([...rights].map((right) => right.split(' ')[0]!));
    const statements = role.policies.flatMap(({ policy }) => policy.Statement.map(({ Sid }) => Sid));
    assert.deepEqual([...used].sort(), statements.sort(), `statements of ${functionName} that a call needs`);
    await refuses(role, renamed(needed, ['cloud-resume', 'another'], [facts.apiId, 'another']));
    await allows(pipeline.productionBoundary, needed);
    // Whatever policies a pull request's code attaches to a preview's function, the boundary keeps it away from production.
    await refuses(pipeline.previewBoundary, needed);
    await allows(pipeline.previewBoundary, inEnvironment(needed, 'pr-12'));
    await refuses(pipeline.productionBoundary, inEnvironment(needed, 'pr-12'));
    t.diagnostic(
      `${name}: ${calls.length} calls, ${needed.length} permissions, ${statements.length} statements`,
    );
  }
}

/** What AWS does in a function's name: Lambda writes its log; the event source mapping reads the stream and reports failures. */
async function neededByServices(
  { reader, calls, topology }: Deployment,
  functionName: string,
): Promise<NeededPermission[]> {
  const log: NeededPermission = {
    action: 'logs:PutLogEvents',
    resource: arn('logs', `log-group:/aws/lambda/${functionName}:log-stream:2026/01/01/[$LATEST]0`),
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

/** Commands that the pipeline runs; a person runs them and all others. */
const PIPELINE = ['deploy', 'deploy.sh', 'plan.sh', 'roll-back.sh', 'destroy', 'doctor'];
const STATE_ARN = `arn:aws:s3:::${STATE_BUCKET}`;
/** What only a person does with these: creating the state bucket, exporting the count. */
const isByAPerson = ({ action, resource }: NeededPermission) =>
  /^dynamodb:(Scan|PutItem)$/.test(action) || (resource === STATE_ARN && /^s3:(Create|Put)/.test(action));

/** What the commands do that no deployment here gives a reason to. */
const OTHERWISE: NeededPermission[] = [
  { action: 'route53:ListHostedZones', resource: '*' },
  { action: 'cloudfront:ListOriginAccessControls', resource: '*' },
  { action: 'cloudfront:ListResponseHeadersPolicies', resource: '*' },
  ...['s3:GetObject', 's3:PutObject'].map((action) => ({
    action,
    resource: `${STATE_ARN}/cloud-resume/production/releases/0f.tgz`,
  })),
];

/** What the calls of these commands needed, or of all commands. */
function needed(requests: EmulatedRequest[], commands?: string[]): NeededPermission[] {
  const facts = factsOf('');
  const permissions = requests.flatMap((request) => {
    const { 'user-agent': agent = '', authorization = '' } = request.headers;
    const command = /\bapp\/command-([\w.-]+)/.exec(agent)?.[1];
    const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1];
    if (!command || !service || commands?.includes(command) === false) return [];
    return neededBy({ ...request, service }, facts);
  });
  return unique(permissions);
}

/** The policy for a person who deploys allows everything from the first deploy to the removal, and nothing of another project. */
export async function checkDeployerPolicy(calls: EmulatedRequest[]): Promise<void> {
  const { allows, refuses } = await createEvaluator();
  const text = await readFile('infra/deployer-policy.json', 'utf8');
  const policy = JSON.parse(text) as Role['policies'][number]['policy'];
  const deployer = { name: 'deployer', policies: [{ name: 'deployer', policy }] };
  const all = [...needed(calls), ...OTHERWISE];
  await allows(deployer, all);
  const others = renamed(
    // logs:ListTagsForResource reads every project's.
    all.filter(
      ({ action, resource }) =>
        !/apigateway|cloudfront/.test(resource) && action !== 'logs:ListTagsForResource',
    ),
    ['cloud-resume', 'other'],
  ).filter(({ resource }) => resource.includes('other-'));
  assert.ok(others.length > 50);
  await refuses(deployer, others);
}

/**
 * The production role allows everything that deploy and destroy did; the preview role allows the same for a preview; the plan role
 * allows a plan. None of them reaches another environment or project, or its own rights.
 */
export async function checkPipelineRoles(
  t: TestContext,
  pipeline: PipelineRoles,
  calls: EmulatedRequest[],
): Promise<void> {
  const { allows, refuses } = await createEvaluator();
  const { production, preview, plan } = pipeline;
  const all = [...needed(calls, PIPELINE).filter((permission) => !isByAPerson(permission)), ...OTHERWISE];
  const used = await allows(production, all);
  assert.deepEqual(
    everyRight(production).filter((right) => !used.has(right) && !NOT_TRIED.test(right)),
    [],
    'rights of production that nothing here used',
  );
  // Fact: this action has no resource. Only previews have a function.
  const createStageFunction = { action: 'cloudfront:CreateFunction', resource: '*' };
  await allows(preview, [...inEnvironment(all, 'pr-12'), createStageFunction]);
  const planned = needed(calls, ['plan.sh']);
  await allows(plan, [...planned, ...OTHERWISE.filter(({ action }) => !action.startsWith('cloudfront:'))]);
  // ARNs that name an environment belong to that environment alone.
  const productions = all.filter(({ resource }) => resource.includes('production'));
  assert.ok(productions.length > 100);
  await refuses(preview, productions);
  await refuses(pipeline.previewBoundary, productions);
  await refuses(production, inEnvironment(productions, 'pr-12'));
  const inPlan = new Set(planned.map((permission) => JSON.stringify(permission)));
  // A plan reads everything, and may lock the state.
  const writing = all.filter(
    ({ action, resource }) =>
      !/:(Get|List|Describe|View|BatchGet|GET)/.test(action) && !resource.endsWith('.tflock'),
  );
  await refuses(
    plan,
    writing.filter((one) => !inPlan.has(JSON.stringify(one)) && !OTHERWISE.includes(one)),
  );
  const others = renamed(
    productions,
    ['cloud-resume-production', 'another-production'],
    ['cloud-resume/production', 'another/production'],
  );
  for (const role of [production, preview, plan]) await refuses(role, [...others, ...ESCALATIONS]);
  t.diagnostic(`${all.length} permissions, ${everyRight(production).length} rights`);
}

/** Rights that no call here needs: in-place updates, tags, certificates, files that a newer site no longer has. */
const NOT_TRIED =
  /acm:|:(Untag\w+|TagResource|ListTagsForResource|Update\w+|SetQueueAttributes|PATCH)$|iam:PutRolePermissionsBoundary|lambda:GetFunctionConfiguration|s3:DeleteObject$/;

const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const DISTRIBUTION = `arn:aws:cloudfront::${ACCOUNT}:distribution/EANOTHER`;
const API = `arn:aws:apigateway:${REGION}::/apis/another`;
const OF_ANOTHER = { 'aws:ResourceTag/Project': 'another', 'aws:ResourceTag/Environment': 'production' };
const TO_OURS = { 'aws:RequestTag/Project': 'cloud-resume', 'aws:RequestTag/Environment': 'production' };

/** What every role of the pipeline must deny and what no renamed call shows: more rights, the state's history, things without a name. */
const ESCALATIONS: NeededPermission[] = (
  [
    ...['production', 'preview', 'plan'].flatMap((name) =>
      ['PutRolePolicy', 'AttachRolePolicy', 'UpdateAssumeRolePolicy', 'PassRole'].map(
        (action) => [`iam:${action}`, role(`cloud-resume-github-${name}`)] as const,
      ),
    ),
    ['iam:CreatePolicyVersion', `arn:aws:iam::${ACCOUNT}:policy/cloud-resume-production-functions`],
    // A role without the boundary, or one that another service can assume.
    ['iam:CreateRole', role('cloud-resume-production-updater')],
    ['iam:CreateRole', role('cloud-resume-pr-12-updater')],
    ['iam:DeleteRolePermissionsBoundary', role('cloud-resume-production-updater')],
    ['iam:AttachRolePolicy', role('cloud-resume-production-updater')],
    ['iam:PassRole', role('cloud-resume-production-updater'), { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['iam:PassRole', role('admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['s3:DeleteBucket', STATE_ARN],
    ['s3:PutBucketPolicy', STATE_ARN],
    ['s3:DeleteObjectVersion', `${STATE_ARN}/cloud-resume/production/terraform.tfstate`],
    ['s3:GetObject', `${STATE_ARN}/bootstrap/cloud-resume/terraform.tfstate`],
    ['s3:PutObject', `${STATE_ARN}/bootstrap/cloud-resume/terraform.tfstate`],
    ['s3:GetObject', `${STATE_ARN}/cloud-resume/staging/terraform.tfstate`],
    ['lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': arn('lambda', 'function:another') }],
    ['cloudfront:UpdateDistribution', DISTRIBUTION, OF_ANOTHER],
    ['cloudfront:TagResource', DISTRIBUTION, { ...OF_ANOTHER, ...TO_OURS }],
    ['acm:DeleteCertificate', `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/another`, OF_ANOTHER],
    ['apigateway:DELETE', API, { 'apigateway:Resource/ApiName': 'another-production-counter' }],
    ['apigateway:DELETE', API, { 'apigateway:Resource/ApiName': 'cloud-resume-staging-counter' }],
    ['apigateway:PATCH', API, { 'aws:ResourceTag/Environment': 'staging' }],
  ] as const
).map(([action, resource, context = {}]) => ({ action, resource, context }));

/** Every action of every statement, as `allows` names them. */
function everyRight(role: Role): string[] {
  return role.policies
    .flatMap(({ policy }) => policy.Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Sid, Action }) => [Action].flat().map((action) => `${Sid} ${action}`));
}

/** The permissions that the same calls need for resources with other names. */
function renamed(
  needed: readonly NeededPermission[],
  ...names: [from: string, to: string][]
): NeededPermission[] {
  const text = names.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(needed));
  return JSON.parse(text) as NeededPermission[];
}

/** The permissions that the same deploy needs in another environment. */
const inEnvironment = (needed: readonly NeededPermission[], environment: string) =>
  renamed(
    needed,
    ['policy/cloud-resume-production-functions', 'policy/cloud-resume-pr-functions'],
    ['/live/', '/preview/'],
    ['cloud-resume-production', `cloud-resume-${environment}`],
    ['Tag/Environment":"production"', `Tag/Environment":"${environment}"`],
    ['cloud-resume/production/', `cloud-resume/${environment}/`],
  );

function unique(permissions: NeededPermission[]): NeededPermission[] {
  return [...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values()];
}
