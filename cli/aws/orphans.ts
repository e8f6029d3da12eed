/**
 * Finds resources that an interrupted apply created without recording them in the state, because the request was under way when
 * Terraform stopped, and imports them. Where the name must be unique, the next apply fails first; otherwise it would create a second one.
 */
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import {
  CloudFrontClient,
  ListResponseHeadersPoliciesCommand,
  paginateListDistributions,
  paginateListOriginAccessControls,
} from '@aws-sdk/client-cloudfront';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListResourceRecordSetsCommand, Route53Client, type RRType } from '@aws-sdk/client-route-53';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Account } from './account.ts';
import { ALREADY_EXISTS, inAws } from './errors.ts';
import type { Diagnostic } from './diagnosis.ts';
import type { Change, Plan } from './plan.ts';
import type { Workspace } from './workspace.ts';

interface Context {
  region: string;
  account: Account;
}

type FindId = (after: Record<string, unknown>, context: Context) => string | Promise<string | undefined>;

/** AWS creates a second one of the same name without an error. */
const NOT_UNIQUE = ['aws_apigatewayv2_api', 'aws_cloudfront_distribution'];

/** By type: the id for `terraform import`. Other types are created again without an error (alarms, dashboard, queue, rule, topics). */
const IMPORT_IDS: Record<string, FindId> = {
  aws_apigatewayv2_api: findApi,
  aws_budgets_budget: ({ name }, { account }) => `${account.id}:${String(name)}`,
  aws_cloudfront_distribution: findDistribution,
  aws_cloudfront_function: ({ name }) => String(name),
  aws_cloudfront_origin_access_control: findOriginAccessControl,
  aws_cloudfront_response_headers_policy: findHeadersPolicy,
  aws_cloudwatch_log_group: ({ name }) => String(name),
  aws_dynamodb_table: ({ name }) => String(name),
  aws_iam_role: ({ name }) => String(name),
  aws_lambda_event_source_mapping: findMapping,
  aws_lambda_function: ({ function_name: name }) => String(name),
  aws_lambda_permission: ({ function_name: name, statement_id: id }) => `${String(name)}/${String(id)}`,
  aws_route53_record: findRecord,
  aws_s3_bucket: findEmptyBucket,
};

/** CloudFront's API is here. */
const CLOUDFRONT_REGION = 'us-east-1';

/**
 * Call it only where an earlier apply of this environment did not finish.
 * @param diagnostics of an apply that failed; without them, looks for what an apply would create a second time
 * @returns addresses of what was imported
 */
export async function adoptOrphans(
  workspace: Workspace,
  { changes }: Plan,
  diagnostics: Diagnostic[] | undefined,
  variables: string,
  account: Account,
): Promise<string[]> {
  const { region } = workspace.configuration;
  const taken = diagnostics?.filter(isTaken).map(({ address }) => address);
  const adopted: string[] = [];
  for (const change of changes.filter(({ action }) => action === 'create')) {
    if (!(taken?.includes(change.address) ?? NOT_UNIQUE.includes(change.type))) continue;
    const id = await importId(change, { region, account }).catch((error: unknown) => {
      if (taken) throw error;
      // A role from an earlier bootstrap may not list them. A second one costs nothing.
      return undefined;
    });
    if (id === undefined) continue;
    await workspace.runPlain(['import', '-input=false', '-no-color', variables, change.address, id]);
    adopted.push(change.address);
  }
  return adopted;
}

function isTaken({ summary, detail }: Diagnostic): boolean {
  return ALREADY_EXISTS.test(`${summary}\n${detail}`);
}

export async function importId({ type, after }: Change, context: Context): Promise<string | undefined> {
  return IMPORT_IDS[type]?.(after, context);
}

/** A bucket with objects belongs to someone, and a destroy would empty it. */
async function findEmptyBucket(
  { bucket }: Record<string, unknown>,
  context: Context,
): Promise<string | undefined> {
  const Bucket = String(bucket);
  const { Contents = [] } = await inAws(`look into the bucket ${Bucket}`, context.region, () =>
    new S3Client({ region: context.region }).send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 1, ExpectedBucketOwner: context.account.id }),
    ),
  );
  return Contents.length === 0 ? Bucket : undefined;
}

async function findMapping(
  { function_name: name, event_source_arn: source }: Record<string, unknown>,
  { region }: Context,
): Promise<string | undefined> {
  const { EventSourceMappings = [] } = await inAws('look for the event source mapping', region, () =>
    new LambdaClient({ region }).send(
      new ListEventSourceMappingsCommand({
        FunctionName: String(name),
        ...(typeof source === 'string' && { EventSourceArn: source }),
      }),
    ),
  );
  return EventSourceMappings[0]?.UUID;
}

function findApi({ name }: Record<string, unknown>, { region }: Context): Promise<string | undefined> {
  return inAws('look for the WebSocket API', region, async () => {
    const client = new ApiGatewayV2Client({ region });
    let NextToken: string | undefined;
    do {
      const page = await client.send(new GetApisCommand({ NextToken }));
      const found = page.Items?.find((api) => api.Name === name);
      if (found) return found.ApiId;
      NextToken = page.NextToken;
    } while (NextToken);
    return undefined;
  });
}

/** CloudFront's resources have ids; names are only in the lists. A distribution's name is its comment. */
function findDistribution({ comment }: Record<string, unknown>): Promise<string | undefined> {
  return inAws('look for the distribution', CLOUDFRONT_REGION, async () => {
    const client = new CloudFrontClient({ region: CLOUDFRONT_REGION });
    for await (const { DistributionList: list } of paginateListDistributions({ client }, {})) {
      const found = list?.Items?.find((one) => one.Comment === comment);
      if (found) return found.Id;
    }
    return undefined;
  });
}

function findOriginAccessControl({ name }: Record<string, unknown>): Promise<string | undefined> {
  return inAws('look for the origin access control', CLOUDFRONT_REGION, async () => {
    const client = new CloudFrontClient({ region: CLOUDFRONT_REGION });
    for await (const { OriginAccessControlList: list } of paginateListOriginAccessControls({ client }, {})) {
      const found = list?.Items?.find((one) => one.Name === name);
      if (found) return found.Id;
    }
    return undefined;
  });
}

function findHeadersPolicy({ name }: Record<string, unknown>): Promise<string | undefined> {
  return inAws('look for the response headers policy', CLOUDFRONT_REGION, async () => {
    const client = new CloudFrontClient({ region: CLOUDFRONT_REGION });
    let Marker: string | undefined;
    do {
      const { ResponseHeadersPolicyList: list } = await client.send(
        new ListResponseHeadersPoliciesCommand({ Type: 'custom', Marker }),
      );
      const policies = list?.Items?.map((item) => item.ResponseHeadersPolicy);
      const found = policies?.find((policy) => policy?.ResponseHeadersPolicyConfig?.Name === name);
      if (found) return found.Id;
      Marker = list?.NextMarker;
    } while (Marker);
    return undefined;
  });
}

/** A record that leads elsewhere belongs to someone, and an apply would change it. */
async function findRecord(
  { zone_id: zone, name, type, alias }: Record<string, unknown>,
  { region }: Context,
): Promise<string | undefined> {
  const { ResourceRecordSets: [record] = [] } = await inAws('look for the DNS record', region, () =>
    new Route53Client({ region }).send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: String(zone),
        StartRecordName: String(name),
        StartRecordType: type as RRType,
        MaxItems: 1,
      }),
    ),
  );
  const target = (alias as { name?: string }[] | undefined)?.[0]?.name;
  const isOurs =
    record?.Type === type &&
    sameName(record?.Name, String(name)) &&
    sameName(record?.AliasTarget?.DNSName, target);
  return isOurs ? `${String(zone)}_${String(name)}_${String(type)}` : undefined;
}

/** Route 53 writes names in lower case, with a dot at the end. */
function sameName(inZone: string | undefined, wanted: string | undefined): boolean {
  return inZone !== undefined && wanted !== undefined && inZone === `${wanted.toLowerCase()}.`;
}
