/** Reads a topology from an AWS account, so that the local cloud can be wired as Terraform wired AWS. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiGatewayV2, type RouteSettings } from '@aws-sdk/client-apigatewayv2';
import { CloudFront } from '@aws-sdk/client-cloudfront';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { Lambda } from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import type {
  EdgeBehavior,
  EventSourceMapping,
  LambdaFunction,
  Route,
  Schedule,
  Table,
  Topology,
  WebSocketApi,
} from '../../local-cloud/topology.ts';
import type { AwsReader } from './aws-reader.ts';

export interface TopologySource {
  aws: AwsReader;
  /** Id of the WebSocket API; everything behind it is found from there. */
  apiId: string;
  distributionId: string;
  /** Folder for the functions' unpacked packages. */
  codeDirectory: string;
}

/** @throws when a part is missing, or a package differs from the hash that Lambda reports */
export async function topologyFromAws(source: TopologySource): Promise<Topology> {
  const { aws, codeDirectory } = source;
  const lambda = new Lambda(aws.sdk);
  const webSocketApi = await readApi(source);
  const eventSourceMappings = await readMappings(lambda);
  const schedules = await readSchedules(aws);
  const names = new Set(
    [...webSocketApi.routes, ...eventSourceMappings, ...schedules].map((user) => user.functionName),
  );
  const functions = await Promise.all([...names].map((name) => readFunction(lambda, codeDirectory, name)));
  // The tables in the functions' environment; the mapping may read another table's stream.
  const tableNames = new Set(
    functions
      .flatMap(({ environment }) => Object.entries(environment).filter(([key]) => key.endsWith('_TABLE')))
      .map(([, name]) => name),
  );
  const dynamodb = new DynamoDB(aws.sdk);
  const tables = await Promise.all([...tableNames].map((name) => readTable(dynamodb, name)));
  const edge = await readEdge(source);
  return { region: aws.region, tables, functions, webSocketApi, eventSourceMappings, schedules, edge };
}

async function readApi({ aws, apiId: ApiId }: TopologySource): Promise<WebSocketApi> {
  const client = new ApiGatewayV2(aws.sdk);
  const { RouteSelectionExpression } = await client.getApi({ ApiId });
  const { Items: routes = [] } = await client.getRoutes({ ApiId });
  const { Items: integrations = [] } = await client.getIntegrations({ ApiId });
  const { Items: [stage] = [] } = await client.getStages({ ApiId });
  if (!stage) throw new Error(`The API ${ApiId} has no stage.`);
  await client.getDeployment({ ApiId, DeploymentId: stage.DeploymentId });
  return {
    apiId: ApiId!,
    stage: stage.StageName!,
    routeSelectionExpression: RouteSelectionExpression!,
    routes: routes.map(({ RouteKey = '', Target, RouteResponseSelectionExpression }): Route => {
      const integration = integrations.find(
        ({ IntegrationId }) => Target === `integrations/${IntegrationId}`,
      );
      if (!integration) throw new Error(`The route ${RouteKey} has no integration.`);
      const settings = stage.RouteSettings?.[RouteKey];
      return {
        routeKey: RouteKey,
        // …:lambda:path/2015-03-31/functions/arn:aws:lambda:<region>:<account>:function:<name>/invocations
        functionName: integration.IntegrationUri!.match(/:function:([^/]+)\/invocations$/)![1]!,
        routeResponse: RouteResponseSelectionExpression === '$default',
        ...(settings && { throttle: throttleOf(settings) }),
      };
    }),
    throttle: throttleOf(stage.DefaultRouteSettings!),
  };
}

const throttleOf = ({ ThrottlingRateLimit, ThrottlingBurstLimit }: RouteSettings) => ({
  rateLimit: ThrottlingRateLimit!,
  burstLimit: ThrottlingBurstLimit!,
});

/** The behaviour whose origin is the API. Without one, no browser could reach the counter. */
async function readEdge({ aws, apiId, distributionId: Id }: TopologySource): Promise<EdgeBehavior> {
  const { Distribution } = await new CloudFront(aws.sdk).getDistribution({ Id });
  const { Origins, CacheBehaviors } = Distribution!.DistributionConfig!;
  const origin = Origins!.Items!.find(({ DomainName }) => DomainName!.startsWith(`${apiId}.execute-api.`));
  const behavior = CacheBehaviors!.Items!.find(({ TargetOriginId }) => TargetOriginId === origin?.Id);
  if (!origin || !behavior) throw new Error(`The distribution ${Id} does not forward to ${apiId}.`);
  const headers = origin.CustomHeaders!.Items!.map(({ HeaderName, HeaderValue }) => [
    HeaderName,
    HeaderValue,
  ]);
  return { pathPattern: behavior.PathPattern!, originHeaders: Object.fromEntries(headers) };
}

async function readFunction(lambda: Lambda, codeDirectory: string, name: string): Promise<LambdaFunction> {
  const { Configuration, Code } = await lambda.getFunction({ FunctionName: name });
  const { CodeSha256, Environment, Handler, MemorySize, Timeout } = Configuration!;
  const zip = Buffer.from(await (await fetch(Code!.Location!)).arrayBuffer());
  const sha256 = createHash('sha256').update(zip).digest('base64');
  if (sha256 !== CodeSha256) throw new Error(`${name} runs ${CodeSha256}, its package is ${sha256}.`);
  const folder = join(codeDirectory, name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(unzipSync(zip))) await writeFile(join(folder, file), content);
  return {
    functionName: name,
    codeDirectory: folder,
    handler: Handler!,
    // Its site exists only here: a probe would ask the internet for it.
    environment: { ...Environment!.Variables, SITE_URL: '' },
    timeout: Timeout!,
    memorySize: MemorySize!,
  };
}

async function readTable(dynamodb: DynamoDB, TableName: string): Promise<Table> {
  const { Table } = await dynamodb.describeTable({ TableName });
  const { TimeToLiveDescription: ttl } = await dynamodb.describeTimeToLive({ TableName });
  const { KeySchema, AttributeDefinitions, BillingModeSummary, StreamSpecification } = Table!;
  return {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode: BillingModeSummary?.BillingMode,
    ...(StreamSpecification?.StreamEnabled && { StreamSpecification }),
    ...(ttl?.TimeToLiveStatus === 'ENABLED' && { ttlAttribute: ttl.AttributeName! }),
  };
}

async function readMappings(lambda: Lambda): Promise<EventSourceMapping[]> {
  const { EventSourceMappings = [] } = await lambda.listEventSourceMappings({});
  return EventSourceMappings.map((mapping) => ({
    uuid: mapping.UUID!,
    functionName: mapping.FunctionArn!.split(':').at(-1)!,
    // arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<time>
    tableName: mapping.EventSourceArn!.split('/')[1]!,
    batchSize: mapping.BatchSize!,
    maximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds!,
    startingPosition: mapping.StartingPosition as 'TRIM_HORIZON' | 'LATEST',
    filterPatterns: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern!),
    bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError!,
    maximumRetryAttempts: mapping.MaximumRetryAttempts!,
    maximumRecordAgeInSeconds: mapping.MaximumRecordAgeInSeconds!,
    reportBatchItemFailures: mapping.FunctionResponseTypes!.includes('ReportBatchItemFailures'),
    ...(mapping.DestinationConfig?.OnFailure && {
      onFailure: mapping.DestinationConfig.OnFailure.Destination!,
    }),
  }));
}

async function readSchedules(aws: AwsReader): Promise<Schedule[]> {
  const { Rules } = await aws.call<{ Rules: { Name: string; ScheduleExpression?: string }[] }>(
    'events',
    'AWSEvents.ListRules',
    {},
  );
  const schedules = Rules.map(async ({ Name, ScheduleExpression }): Promise<Schedule[]> => {
    const [, value, unit] = ScheduleExpression?.match(/^rate\((\d+) (minute|hour|day)s?\)$/) ?? [];
    if (!value || !unit) return [];
    const { Targets } = await aws.call<{ Targets: { Arn: string; Input: string }[] }>(
      'events',
      'AWSEvents.ListTargetsByRule',
      { Rule: Name },
    );
    return Targets.map(({ Arn, Input }) => ({
      name: Name,
      functionName: Arn.split(':').at(-1)!,
      rateInSeconds:
        Number(value) * { minute: 60, hour: 3600, day: 86_400 }[unit as 'minute' | 'hour' | 'day'],
      input: JSON.parse(Input),
    }));
  });
  return (await Promise.all(schedules)).flat();
}
