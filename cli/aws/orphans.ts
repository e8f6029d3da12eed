/**
 * Finds resources that an interrupted apply created without recording them in the state, because the request was under way when
 * Terraform stopped, and imports them. Where the name must be unique, the next apply fails first; otherwise it would create a second one.
 */
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import {
  CloudFrontClient,
  ListDistributionsCommand,
  ListOriginAccessControlsCommand,
  ListResponseHeadersPoliciesCommand,
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
  const client = new ApiGatewayV2Client({ region });
  return findInPages('the WebSocket API', region, async (token) => {
    const { Items, NextToken } = await client.send(new GetApisCommand({ NextToken: token }));
    return [Items?.find((api) => api.Name === name)?.ApiId, NextToken];
  });
}

/** CloudFront's resources have ids; names are only in the lists. A distribution's name is its comment. */
function findDistribution({ comment }: Record<string, unknown>): Promise<string | undefined> {
  return findInCloudFront('the distribution', async (client, Marker) => {
    const { DistributionList: list } = await client.send(new ListDistributionsCommand({ Marker }));
    return [list?.Items?.find((one) => one.Comment === comment)?.Id, list?.NextMarker];
  });
}

function findOriginAccessControl({ name }: Record<string, unknown>): Promise<string | undefined> {
  return findInCloudFront('the origin access control', async (client, Marker) => {
    const { OriginAccessControlList: list } = await client.send(
      new ListOriginAccessControlsCommand({ Marker }),
    );
    return [list?.Items?.find((one) => one.Name === name)?.Id, list?.NextMarker];
  });
}

function findHeadersPolicy({ name }: Record<string, unknown>): Promise<string | undefined> {
  return findInCloudFront('the response headers policy', async (client, Marker) => {
    const { ResponseHeadersPolicyList: list } = await client.send(
      new ListResponseHeadersPoliciesCommand({ Type: 'custom', Marker }),
    );
    const policies = list?.Items?.map((item) => item.ResponseHeadersPolicy);
    const found = policies?.find((policy) => policy?.ResponseHeadersPolicyConfig?.Name === name);
    return [found?.Id, list?.NextMarker];
  });
}

/** The wanted id if the page contains it, and the next page's marker. */
type Page = [id: string | undefined, next: string | undefined];

function findInCloudFront(
  what: string,
  read: (client: CloudFrontClient, marker: string | undefined) => Promise<Page>,
): Promise<string | undefined> {
  const client = new CloudFrontClient({ region: CLOUDFRONT_REGION });
  return findInPages(what, CLOUDFRONT_REGION, (marker) => read(client, marker));
}

function findInPages(
  what: string,
  region: string,
  read: (marker: string | undefined) => Promise<Page>,
): Promise<string | undefined> {
  return inAws(`look for ${what}`, region, async () => {
    for (let marker: string | undefined; ;) {
      const [id, next] = await read(marker);
      if (id !== undefined || !next) return id;
      marker = next;
    }
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
