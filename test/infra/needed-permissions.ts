/**
 * Which IAM permissions an AWS call needs. An action has its operation's name unless AWS's Service Authorization Reference says
 * otherwise. A call with tags also needs the permission to tag.
 */
import { ACCOUNT, type NeededPermission } from './iam.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';

/** What IAM knows about a resource and the request does not contain. */
export interface Facts {
  /** Tags of this environment's resources: `{ Project: …, Environment: … }`. */
  tags: Record<string, string>;
  /** ARN of the function that the event source mapping feeds. */
  mappedFunction: string;
  /** ARN of the roles' permissions boundary. */
  boundary: string;
  /** Id of the WebSocket API. */
  apiId: string;
}

export type AwsCall = Omit<EmulatedRequest, 'headers'> & {
  /** As in the signature: `monitoring`. */
  service: string;
};

/** @returns an empty list for calls that need no permission */
export function neededBy(call: AwsCall, facts: Facts): NeededPermission[] {
  const needed = SERVICES[call.service];
  if (!needed) throw new Error(`Nothing is known of ${call.service}: ${call.method} ${call.path}`);
  return needed(call, facts);
}

const SERVICES: Record<string, (call: AwsCall, facts: Facts) => NeededPermission[]> = {
  sts: () => [],
  s3,
  dynamodb,
  events: named('events', ({ Rule, Name, ResourceARN }) => ResourceARN ?? `rule/${Rule ?? Name}`),
  sqs: named('sqs', ({ QueueName, QueueUrl }) => QueueName ?? QueueUrl!.split('/').at(-1)!, 'TagQueue'),
  logs: named('logs', ({ logGroupName, resourceArn }) => resourceArn ?? `log-group:${logGroupName}`),
  sns: named('sns', ({ SubscriptionArn, TopicArn, ResourceArn, Name }) => {
    // Fact: a subscription's ARN is its topic's ARN and an id; permissions refer to the topic.
    const topic = SubscriptionArn?.split(':').slice(0, 6).join(':');
    return topic ?? TopicArn ?? ResourceArn ?? Name!;
  }),
  monitoring: named('cloudwatch', (input, operation) => {
    // Fact: AWS checks this against alarm:*, whatever the request names, so a policy must cover any alarm.
    if (operation === 'DescribeAlarms') return 'alarm:any';
    const dashboard = input['DashboardName'] ?? input['DashboardNames.member.1'];
    if (dashboard) return `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${dashboard}`;
    return input['ResourceARN'] ?? `alarm:${input['AlarmName'] ?? input['AlarmNames.member.1']}`;
  }),
  budgets,
  iam,
  lambda,
  apigateway,
  'execute-api': executeApi,
  cloudfront,
};

/** @param name a whole ARN, or the last part of one in this account and Region */
function arn(service: string, region: string, name: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
}

/** The operation and its input, of the JSON protocols (X-Amz-Target) or the query protocol. */
function read({ target, body }: AwsCall) {
  if (target) return { operation: target.split('.')[1]!, input: JSON.parse(body) };
  const { Action, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: Action!, input: input as any };
}

/** @param name finds the resource in the input */
function named(
  service: string,
  name: (input: Record<string, string | undefined>, operation: string) => string,
  tagging = 'TagResource',
): (call: AwsCall) => NeededPermission[] {
  return (call) => {
    const { operation, input } = read(call);
    const action = `${service}:${operation}`;
    // Fact: this action has no resource.
    if (operation === 'DescribeLogGroups') return [{ action, resource: '*' }];
    const resource = arn(service, call.region, name(input, operation));
    const tags = operation !== tagging && (input.Tags ?? input.tags ?? input['Tags.member.1.Key']);
    return [{ action, resource }, ...(tags ? [{ action: `${service}:${tagging}`, resource }] : [])];
  };
}

/** Fact: a transaction needs its items' permissions. */
function dynamodb(call: AwsCall): NeededPermission[] {
  // Opens the connection.
  if (call.method === 'GET') return [];
  const { operation, input } = read(call);
  const on = (action: string, TableName: string) => ({
    action: `dynamodb:${action}`,
    resource: arn('dynamodb', call.region, `table/${TableName}`),
  });
  if (operation === 'BatchGetItem') return Object.keys(input.RequestItems).map((name) => on(operation, name));
  if (operation === 'TransactWriteItems')
    return (input.TransactItems as Record<string, { TableName: string }>[]).flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => on(`${kind}Item`, TableName)),
    );
  return named('dynamodb', ({ TableName, ResourceArn }) => ResourceArn ?? `table/${TableName}`)(call);
}

/** Fact: two actions cover a budget and everything that belongs to it. */
function budgets(call: AwsCall): NeededPermission[] {
  const { operation, input } = read(call);
  const name = input.BudgetName ?? (input.Budget ?? input.NewBudget)?.BudgetName;
  const resource = input.ResourceARN ?? `arn:aws:budgets::${ACCOUNT}:budget/${name}`;
  if (/Tag/.test(operation)) return [{ action: `budgets:${operation}`, resource }];
  const action = operation.startsWith('Describe') ? 'budgets:ViewBudget' : 'budgets:ModifyBudget';
  return [{ action, resource }, ...(input.ResourceTags ? [{ action: 'budgets:TagResource', resource }] : [])];
}

/** Fact: at creation, the boundary condition checks the requested boundary; later, the attached one. */
function iam(call: AwsCall, facts: Facts): NeededPermission[] {
  const { operation, input } = read(call);
  const resource = `arn:aws:iam::${ACCOUNT}:role/${input.RoleName}`;
  const creates = operation === 'CreateRole';
  const boundary = creates ? (input.PermissionsBoundary ?? 'none') : facts.boundary;
  return [
    { action: `iam:${operation}`, resource, context: { 'iam:PermissionsBoundary': boundary } },
    ...(creates && input['Tags.member.1.Key'] ? [{ action: 'iam:TagRole', resource }] : []),
  ];
}

/** By the part of a function, and the method. */
const OF_FUNCTION: Record<string, Record<string, string>> = {
  '': { GET: 'GetFunction', DELETE: 'DeleteFunction' },
  configuration: { GET: 'GetFunctionConfiguration', PUT: 'UpdateFunctionConfiguration' },
  code: { PUT: 'UpdateFunctionCode' },
  policy: { GET: 'GetPolicy', POST: 'AddPermission', DELETE: 'RemovePermission' },
  versions: { GET: 'ListVersionsByFunction' },
  'code-signing-config': { GET: 'GetFunctionCodeSigningConfig' },
  'event-invoke-config': {
    GET: 'GetFunctionEventInvokeConfig',
    PUT: 'PutFunctionEventInvokeConfig',
    DELETE: 'DeleteFunctionEventInvokeConfig',
  },
  invocations: { POST: 'InvokeFunction' },
};
const OF_MAPPING: Record<string, string> = { GET: 'Get', PUT: 'Update', DELETE: 'Delete', POST: 'Create' };
const OF_TAGS: Record<string, string> = { GET: 'ListTags', POST: 'TagResource', DELETE: 'UntagResource' };

function lambda({ method, path, body, region }: AwsCall, facts: Facts): NeededPermission[] {
  const rest = decodeURIComponent(path).replace(/^\/\d{4}-\d\d-\d\d\//, '');
  const [collection, name = '', part = ''] = rest.split('/');
  if (collection === 'account-settings') return [{ action: 'lambda:GetAccountSettings', resource: '*' }];
  if (collection === 'tags') {
    const context = resourceTags(facts.tags);
    return [{ action: `lambda:${OF_TAGS[method]}`, resource: rest.slice('tags/'.length), context }];
  }
  if (collection === 'event-source-mappings') {
    // Fact: a list is of all functions, and a mapping has no ARN before it exists.
    if (!name && method === 'GET') return [{ action: 'lambda:ListEventSourceMappings', resource: '*' }];
    const tags = method === 'POST' && JSON.parse(body).Tags;
    return [
      {
        action: `lambda:${OF_MAPPING[method]}EventSourceMapping`,
        resource: name ? arn('lambda', region, `event-source-mapping:${name}`) : '*',
        context: { 'lambda:FunctionArn': facts.mappedFunction },
      },
      ...(tags
        ? [tagsNew('lambda:TagResource', arn('lambda', region, 'event-source-mapping:new'), tags)]
        : []),
    ];
  }
  if (!name) {
    const input = JSON.parse(body);
    const resource = arn('lambda', region, `function:${input.FunctionName}`);
    return [
      { action: 'lambda:CreateFunction', resource },
      { action: 'lambda:TagResource', resource },
      {
        action: 'iam:PassRole',
        resource: input.Role,
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
    ];
  }
  return [
    {
      action: `lambda:${OF_FUNCTION[part]?.[method]}`,
      resource: arn('lambda', region, `function:${name}`),
    },
  ];
}

/**
 * Facts: the action is the method, the resource the path. A call with tags also needs /tags with the tagged ARN, as users report
 * from denials. (Newer reports name apigateway:TagResource, which no reference contains yet.)
 */
function apigateway({ method, path, body, region }: AwsCall): NeededPermission[] {
  const on = `arn:aws:apigateway:${region}::`;
  const tags = method === 'POST' && body !== '' && JSON.parse(body).tags !== undefined;
  const tagged = encodeURIComponent(`${on}/v2/apis/`);
  return [
    { action: `apigateway:${method}`, resource: on + path.replace(/^\/v2/, '') },
    ...(tags ? [{ action: 'apigateway:POST', resource: `${on}/tags/${tagged}new` }] : []),
  ];
}

/** Fact: an @connections resource consists of stage, method and path. */
function executeApi({ method, path, region }: AwsCall, { apiId }: Facts): NeededPermission[] {
  const [, stage, ...rest] = decodeURIComponent(path).split('/');
  const resource = arn('execute-api', region, `${apiId}/${stage}/${method}/${rest.join('/')}`);
  return [{ action: 'execute-api:ManageConnections', resource }];
}

const VERBS: Record<string, string> = { GET: 'Get', PUT: 'Update', DELETE: 'Delete' };

function cloudfront({ method, path, query, body }: AwsCall, facts: Facts): NeededPermission[] {
  const [, , collection = '', id, part] = path.split('/');
  const context = resourceTags(facts.tags);
  if (collection === 'tagging') {
    const operation = method === 'GET' ? 'ListTagsForResource' : `${query.get('Operation')}Resource`;
    const sent = operation === 'TagResource' ? requestTags(tagsOf(body)) : {};
    const resource = query.get('Resource')!;
    return [{ action: `cloudfront:${operation}`, resource, context: { ...context, ...sent } }];
  }
  // response-headers-policy → ResponseHeadersPolicy
  const name = collection.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const isDistribution = collection === 'distribution';
  const resource = `arn:aws:cloudfront::${ACCOUNT}:${collection}/${id ?? 'new'}`;
  if (id === undefined) {
    // Fact: a list is of all, and a new resource has no ARN.
    if (method === 'GET') return [{ action: `cloudfront:List${name.replace(/y$/, 'ie')}s`, resource: '*' }];
    const create = { action: `cloudfront:Create${name}`, resource: '*' };
    if (!isDistribution) return [create];
    const tags = tagsOf(body);
    return [{ ...create, context: requestTags(tags) }, tagsNew('cloudfront:TagResource', resource, tags)];
  }
  const invalidation = method === 'POST' ? 'CreateInvalidation' : 'GetInvalidation';
  const operation = part === 'invalidation' ? invalidation : VERBS[method]! + name;
  return [{ action: `cloudfront:${operation}`, resource, ...(isDistribution && { context }) }];
}

function tagsOf(xml: string): Record<string, string> {
  const pairs = [...xml.matchAll(/<Tag><Key>([^<]*)<\/Key><Value>([^<]*)<\/Value><\/Tag>/g)];
  return Object.fromEntries(pairs.map(([, key, value]) => [key!, value!]));
}

/** A new resource has no tags yet, so only the request's tags count. */
function tagsNew(action: string, resource: string, tags: Record<string, string>): NeededPermission {
  return { action, resource, context: requestTags(tags) };
}

function requestTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}

function resourceTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

/** Ends of S3's actions, by the query parameter that selects a part of a bucket (S3's user guide, "Required permissions"). */
const OF_BUCKET: Record<string, string> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'BucketAcl',
  cors: 'BucketCORS',
  encryption: 'EncryptionConfiguration',
  lifecycle: 'LifecycleConfiguration',
  logging: 'BucketLogging',
  'object-lock': 'BucketObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  publicAccessBlock: 'BucketPublicAccessBlock',
  replication: 'ReplicationConfiguration',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

function s3({ method, path, query }: AwsCall): NeededPermission[] {
  const [, bucket, ...rest] = decodeURIComponent(path).split('/');
  const key = rest.join('/');
  const resource = `arn:aws:s3:::${bucket}${key && `/${key}`}`;
  return [{ action: `s3:${key ? objectAction(method, query) : bucketAction(method, query)}`, resource }];
}

function bucketAction(method: string, query: URLSearchParams): string {
  if (query.has('versions')) return 'ListBucketVersions';
  const part = Object.keys(OF_BUCKET).find((name) => query.has(name));
  if (part === undefined) return { PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? 'ListBucket';
  // Fact: only a policy has its own action for its removal.
  if (method === 'DELETE' && part === 'policy') return 'DeleteBucketPolicy';
  return (method === 'GET' ? 'Get' : 'Put') + OF_BUCKET[part];
}

function objectAction(method: string, query: URLSearchParams): string {
  if (method === 'DELETE') return query.has('versionId') ? 'DeleteObjectVersion' : 'DeleteObject';
  if (method === 'PUT') return 'PutObject';
  return query.has('tagging') ? 'GetObjectTagging' : 'GetObject';
}
