/**
 * Which IAM permissions a deploy's AWS calls need. An action has its operation's name unless AWS's Service Authorization Reference
 * says otherwise. A call with tags also needs the permission to tag.
 */
import { ACCOUNT, type NeededPermission } from './permissions.ts';
import { neededByS3 } from './s3-permissions.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';

/** What IAM knows about a resource and the request does not contain. */
export interface Facts {
  /** Tags of this environment's resources: `{ Project: …, Environment: … }`. */
  tags: Record<string, string>;
  /** ARN of the function that the event source mapping feeds. */
  mappedFunction: string;
  /** ARN of the roles' permissions boundary. */
  boundary: string;
}

type Call = EmulatedRequest & { service: string; facts: Facts };

/** @returns an empty list for calls that need no permission */
export function neededByDeploy(request: EmulatedRequest, facts: Facts): NeededPermission[] {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  const needed = service === undefined ? undefined : SERVICES[service];
  if (!needed) throw new Error(`Nothing is known of ${service}: ${request.method} ${request.path}`);
  return needed({ ...request, service: service!, facts });
}

const SERVICES: Record<string, (call: Call) => NeededPermission[]> = {
  sts: () => [],
  s3: neededByS3,
  dynamodb: json(
    'dynamodb',
    ({ TableName, ResourceArn }) => ResourceArn ?? `table/${TableName}`,
    'TagResource',
  ),
  events: json(
    'events',
    ({ Rule, Name, ResourceARN }) => ResourceARN ?? `rule/${Rule ?? Name}`,
    'TagResource',
  ),
  sqs: json('sqs', ({ QueueName, QueueUrl }) => QueueName ?? QueueUrl!.split('/').at(-1)!, 'TagQueue'),
  logs: json(
    'logs',
    ({ logGroupName, resourceArn }) => resourceArn ?? `log-group:${logGroupName}`,
    'TagResource',
  ),
  budgets,
  iam,
  sns: query('sns', (given) => {
    // Fact: a subscription's ARN is its topic's ARN and an id; permissions refer to the topic.
    const topic = given('SubscriptionArn')?.split(':').slice(0, 6).join(':');
    return topic ?? given('TopicArn') ?? given('ResourceArn') ?? given('Name')!;
  }),
  monitoring: query('cloudwatch', (given) => {
    // Fact: AWS checks this against alarm:*, whatever the request names, so a policy must cover any alarm.
    if (given('Action') === 'DescribeAlarms') return 'alarm:any';
    const alarm = given('AlarmName') ?? given('AlarmNames.member.1');
    const dashboard = given('DashboardName') ?? given('DashboardNames.member.1');
    if (dashboard) return `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${dashboard}`;
    return given('ResourceARN') ?? `alarm:${alarm}`;
  }),
  lambda,
  apigateway,
  cloudfront,
};

/** @param name a whole ARN, or the last part of one in this account and Region */
function arn(service: string, region: string, name: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
}

/** The JSON protocols: X-Amz-Target holds the operation. */
function json(
  service: string,
  name: (input: Record<string, string | undefined>) => string,
  tagging: string,
): (call: Call) => NeededPermission[] {
  return ({ target, body, region }) => {
    const operation = target.split('.')[1]!;
    const input = JSON.parse(body) as Record<string, string | undefined>;
    const action = `${service}:${operation}`;
    // Fact: this action has no resource.
    if (operation === 'DescribeLogGroups') return [{ action, resource: '*' }];
    const resource = arn(service, region, name(input));
    const tags = !operation.startsWith('Tag') && (input['Tags'] ?? input['tags']);
    return [{ action, resource }, ...(tags ? [{ action: `${service}:${tagging}`, resource }] : [])];
  };
}

/** The query protocol: the operation is a parameter. */
function query(
  service: string,
  name: (given: (parameter: string) => string | undefined) => string,
): (call: Call) => NeededPermission[] {
  return ({ body, region }) => {
    const parameters = new URLSearchParams(body);
    const operation = parameters.get('Action')!;
    const resource = arn(
      service,
      region,
      name((parameter) => parameters.get(parameter) ?? undefined),
    );
    const tags = operation !== 'TagResource' && parameters.has('Tags.member.1.Key');
    return [
      { action: `${service}:${operation}`, resource },
      ...(tags ? [{ action: `${service}:TagResource`, resource }] : []),
    ];
  };
}

/** Fact: two actions cover a budget and everything that belongs to it. */
function budgets({ target, body }: Call): NeededPermission[] {
  const operation = target.split('.')[1]!;
  const input = JSON.parse(body);
  const name = input.BudgetName ?? (input.Budget ?? input.NewBudget)?.BudgetName;
  const resource = input.ResourceARN ?? `arn:aws:budgets::${ACCOUNT}:budget/${name}`;
  if (/Tag/.test(operation)) return [{ action: `budgets:${operation}`, resource }];
  const action = operation.startsWith('Describe') ? 'budgets:ViewBudget' : 'budgets:ModifyBudget';
  return [{ action, resource }, ...(input.ResourceTags ? [{ action: 'budgets:TagResource', resource }] : [])];
}

/** Fact: at creation, the boundary condition checks the requested boundary; later, the attached one. */
function iam({ body, facts }: Call): NeededPermission[] {
  const parameters = new URLSearchParams(body);
  const operation = parameters.get('Action')!;
  const resource = `arn:aws:iam::${ACCOUNT}:role/${parameters.get('RoleName')}`;
  const boundary =
    operation === 'CreateRole' ? (parameters.get('PermissionsBoundary') ?? 'none') : facts.boundary;
  return [
    { action: `iam:${operation}`, resource, context: { 'iam:PermissionsBoundary': boundary } },
    ...(operation === 'CreateRole' && parameters.has('Tags.member.1.Key')
      ? [{ action: 'iam:TagRole', resource }]
      : []),
  ];
}

const LAMBDA: [RegExp, Record<string, string>][] = [
  [/^\/functions\/[^/]+$/, { GET: 'GetFunction', DELETE: 'DeleteFunction' }],
  [/\/configuration$/, { GET: 'GetFunctionConfiguration', PUT: 'UpdateFunctionConfiguration' }],
  [/\/code$/, { PUT: 'UpdateFunctionCode' }],
  [/\/policy(\/[^/]+)?$/, { GET: 'GetPolicy', POST: 'AddPermission', DELETE: 'RemovePermission' }],
  [/\/versions$/, { GET: 'ListVersionsByFunction' }],
  [/\/code-signing-config$/, { GET: 'GetFunctionCodeSigningConfig' }],
  [
    /\/event-invoke-config$/,
    {
      GET: 'GetFunctionEventInvokeConfig',
      PUT: 'PutFunctionEventInvokeConfig',
      DELETE: 'DeleteFunctionEventInvokeConfig',
    },
  ],
];
const MAPPING: Record<string, string> = { GET: 'Get', PUT: 'Update', DELETE: 'Delete', POST: 'Create' };
const TAGGING: Record<string, string> = { GET: 'ListTags', POST: 'TagResource', DELETE: 'UntagResource' };

function lambda({ method, path, body, region, facts }: Call): NeededPermission[] {
  const rest = decodeURIComponent(path).replace(/^\/\d{4}-\d\d-\d\d/, '');
  const own = { 'lambda:FunctionArn': facts.mappedFunction };
  const tagged = /^\/tags\/(.*)$/.exec(rest)?.[1];
  if (tagged)
    return [{ action: `lambda:${TAGGING[method]}`, resource: tagged, context: resourceTags(facts.tags) }];
  const mapping = /^\/event-source-mappings\/?(.*)$/.exec(rest);
  if (mapping) {
    // Fact: a mapping has no ARN before it exists.
    const resource = mapping[1] ? arn('lambda', region, `event-source-mapping:${mapping[1]}`) : '*';
    const tags = method === 'POST' && JSON.parse(body).Tags;
    return [
      { action: `lambda:${MAPPING[method]}EventSourceMapping`, resource, context: own },
      ...(tags
        ? [tagsNew('lambda:TagResource', arn('lambda', region, 'event-source-mapping:new'), tags)]
        : []),
    ];
  }
  if (rest === '/functions') {
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
  const operation = LAMBDA.find(([pattern]) => pattern.test(rest))?.[1][method];
  if (!operation) throw new Error(`Nothing is known of Lambda's ${method} ${path}`);
  return [
    { action: `lambda:${operation}`, resource: arn('lambda', region, `function:${rest.split('/')[2]}`) },
  ];
}

/**
 * Facts: the action is the method, the resource the path. A call with tags also needs /tags with the tagged ARN, as users report
 * from denials. (Newer reports name apigateway:TagResource, which no reference contains yet.)
 */
function apigateway({ method, path, body, region }: Call): NeededPermission[] {
  const resource = `arn:aws:apigateway:${region}::${path.replace(/^\/v2/, '')}`;
  const tags = method === 'POST' && body !== '' && JSON.parse(body).tags !== undefined;
  const tagged = encodeURIComponent(`arn:aws:apigateway:${region}::/v2/apis/`);
  return [
    { action: `apigateway:${method}`, resource },
    ...(tags
      ? [{ action: 'apigateway:POST', resource: `arn:aws:apigateway:${region}::/tags/${tagged}new` }]
      : []),
  ];
}

const CLOUDFRONT: Record<string, [name: string, verb: Record<string, string>]> = {
  distribution: ['Distribution', { GET: 'Get', PUT: 'Update', DELETE: 'Delete' }],
  'origin-access-control': ['OriginAccessControl', { GET: 'Get', PUT: 'Update', DELETE: 'Delete' }],
  'response-headers-policy': ['ResponseHeadersPolicy', { GET: 'Get', PUT: 'Update', DELETE: 'Delete' }],
};

function cloudfront({ method, path, query: asked, body, facts }: Call): NeededPermission[] {
  const [, , collection = '', id, part] = path.split('/');
  const context = resourceTags(facts.tags);
  if (collection === 'tagging') {
    const operation = method === 'GET' ? 'ListTagsForResource' : `${asked.get('Operation')}Resource`;
    const sent = operation === 'TagResource' ? requestTags(tagsOf(body)) : {};
    return [
      {
        action: `cloudfront:${operation}`,
        resource: asked.get('Resource')!,
        context: { ...context, ...sent },
      },
    ];
  }
  const kind = CLOUDFRONT[collection];
  if (!kind) throw new Error(`Nothing is known of CloudFront's ${method} ${path}`);
  const [name, verbs] = kind;
  const resource = `arn:aws:cloudfront::${ACCOUNT}:${collection}/${id ?? 'new'}`;
  if (id === undefined) {
    // Fact: a new resource has no ARN.
    const create = { action: `cloudfront:Create${name}`, resource: '*' };
    if (collection !== 'distribution') return [create];
    const tags = tagsOf(body);
    return [{ ...create, context: requestTags(tags) }, tagsNew('cloudfront:TagResource', resource, tags)];
  }
  const operation =
    part === 'invalidation' ? (method === 'POST' ? 'CreateInvalidation' : 'GetInvalidation') : undefined;
  const own = collection === 'distribution' ? { context } : {};
  return [{ action: `cloudfront:${operation ?? verbs[method]! + name}`, resource, ...own }];
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

export function resourceTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
