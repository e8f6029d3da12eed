/** Reads a topology from an AWS account, so that the local cloud can be wired as Terraform wired AWS. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
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
import { elements, type AwsReader } from './aws-reader.ts';

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
  const { aws } = source;
  const webSocketApi = await readApi(source);
  const eventSourceMappings = await readMappings(aws);
  const schedules = await readSchedules(aws);
  const names = new Set(
    [...webSocketApi.routes, ...eventSourceMappings, ...schedules].map((user) => user.functionName),
  );
  const functions = await Promise.all([...names].map((name) => readFunction(source, name)));
  // The tables in the functions' environment; the mapping may read another table's stream.
  const tableNames = new Set(
    functions
      .flatMap(({ environment }) => Object.entries(environment).filter(([key]) => key.endsWith('_TABLE')))
      .map(([, name]) => name),
  );
  const tables = await Promise.all([...tableNames].map((name) => readTable(aws, name)));
  const edge = await readEdge(source);
  return { region: aws.region, tables, functions, webSocketApi, eventSourceMappings, schedules, edge };
}

async function readApi({ aws, apiId }: TopologySource): Promise<WebSocketApi> {
  const read = async <T>(path: string) =>
    (await aws.get('apigateway', `/v2/apis/${apiId}${path}`)).json() as Promise<T>;
  const api = await read<{ routeSelectionExpression: string }>('');
  const { items: routes } = await read<{
    items: { routeId: string; routeKey: string; target: string; routeResponseSelectionExpression?: string }[];
  }>('/routes');
  const { items: integrations } = await read<{ items: { integrationId: string; integrationUri: string }[] }>(
    '/integrations',
  );
  const { items: stages } = await read<{
    items: {
      stageName: string;
      deploymentId: string;
      defaultRouteSettings: RouteSettings;
      routeSettings: Record<string, RouteSettings>;
    }[];
  }>('/stages');
  const [stage] = stages;
  if (!stage) throw new Error(`The API ${apiId} has no stage.`);
  await read(`/deployments/${stage.deploymentId}`);
  return {
    apiId,
    stage: stage.stageName,
    routeSelectionExpression: api.routeSelectionExpression,
    routes: routes.map((route): Route => {
      const integration = integrations.find(
        ({ integrationId }) => route.target === `integrations/${integrationId}`,
      );
      if (!integration) throw new Error(`The route ${route.routeKey} has no integration.`);
      return {
        routeKey: route.routeKey,
        // …:lambda:path/2015-03-31/functions/arn:aws:lambda:<region>:<account>:function:<name>/invocations
        functionName: integration.integrationUri.match(/:function:([^/]+)\/invocations$/)![1]!,
        routeResponse: route.routeResponseSelectionExpression === '$default',
        ...(stage.routeSettings[route.routeKey] && {
          throttle: throttleOf(stage.routeSettings[route.routeKey]!),
        }),
      };
    }),
    throttle: throttleOf(stage.defaultRouteSettings),
  };
}

interface RouteSettings {
  throttlingRateLimit: number;
  throttlingBurstLimit: number;
}

const throttleOf = ({ throttlingRateLimit, throttlingBurstLimit }: RouteSettings) => ({
  rateLimit: throttlingRateLimit,
  burstLimit: throttlingBurstLimit,
});

/** The behaviour whose origin is the API. Without one, no browser could reach the counter. */
async function readEdge({ aws, apiId, distributionId }: TopologySource): Promise<EdgeBehavior> {
  const distribution = await (
    await aws.get('cloudfront', `/2020-05-31/distribution/${distributionId}`)
  ).text();
  const origin = elements(distribution, 'Origin').find((text) => text.includes(`${apiId}.execute-api.`));
  const [originId] = elements(origin ?? '', 'Id');
  const behavior = elements(distribution, 'CacheBehavior').find(
    (text) => elements(text, 'TargetOriginId')[0] === originId,
  );
  if (!origin || !behavior)
    throw new Error(`The distribution ${distributionId} does not forward to ${apiId}.`);
  const headers = elements(origin, 'OriginCustomHeader').map((text) => [
    elements(text, 'HeaderName')[0]!,
    elements(text, 'HeaderValue')[0]!,
  ]);
  return { pathPattern: elements(behavior, 'PathPattern')[0]!, originHeaders: Object.fromEntries(headers) };
}

async function readFunction(
  { aws, codeDirectory }: TopologySource,
  functionName: string,
): Promise<LambdaFunction> {
  const { Configuration, Code } = (await (
    await aws.get('lambda', `/2015-03-31/functions/${functionName}`)
  ).json()) as {
    Configuration: {
      Handler: string;
      Timeout: number;
      MemorySize: number;
      CodeSha256: string;
      Environment: { Variables: Record<string, string> };
    };
    Code: { Location: string };
  };
  const zip = Buffer.from(await (await fetch(Code.Location)).arrayBuffer());
  const sha256 = createHash('sha256').update(zip).digest('base64');
  if (sha256 !== Configuration.CodeSha256)
    throw new Error(`${functionName} runs ${Configuration.CodeSha256}, its package is ${sha256}.`);
  const folder = join(codeDirectory, functionName);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(unzipSync(zip))) await writeFile(join(folder, name), content);
  return {
    functionName,
    codeDirectory: folder,
    handler: Configuration.Handler,
    // Its site exists only here: a probe would ask the internet for it.
    environment: { ...Configuration.Environment.Variables, SITE_URL: '' },
    timeout: Configuration.Timeout,
    memorySize: Configuration.MemorySize,
  };
}

async function readTable(aws: AwsReader, TableName: string): Promise<Table> {
  const { Table } = await aws.call<{ Table: TableDescription }>(
    'dynamodb',
    'DynamoDB_20120810.DescribeTable',
    { TableName },
  );
  const { TimeToLiveDescription } = await aws.call<{
    TimeToLiveDescription: { AttributeName?: string; TimeToLiveStatus: string };
  }>('dynamodb', 'DynamoDB_20120810.DescribeTimeToLive', { TableName });
  return {
    TableName,
    KeySchema: Table.KeySchema,
    AttributeDefinitions: Table.AttributeDefinitions,
    BillingMode: Table.BillingModeSummary?.BillingMode,
    ...(Table.StreamSpecification?.StreamEnabled && { StreamSpecification: Table.StreamSpecification }),
    ...(TimeToLiveDescription.TimeToLiveStatus === 'ENABLED' &&
      TimeToLiveDescription.AttributeName && { ttlAttribute: TimeToLiveDescription.AttributeName }),
  };
}

interface MappingDocument {
  UUID: string;
  FunctionArn: string;
  EventSourceArn: string;
  BatchSize: number;
  MaximumBatchingWindowInSeconds: number;
  StartingPosition: 'TRIM_HORIZON' | 'LATEST';
  FilterCriteria?: { Filters: { Pattern: string }[] };
  BisectBatchOnFunctionError: boolean;
  MaximumRetryAttempts: number;
  MaximumRecordAgeInSeconds: number;
  FunctionResponseTypes: string[];
  DestinationConfig?: { OnFailure?: { Destination: string } };
}

async function readMappings(aws: AwsReader): Promise<EventSourceMapping[]> {
  const answer = await aws.get('lambda', '/2015-03-31/event-source-mappings/');
  const { EventSourceMappings } = (await answer.json()) as { EventSourceMappings: MappingDocument[] };
  return EventSourceMappings.map((mapping) => ({
    uuid: mapping.UUID,
    functionName: mapping.FunctionArn.split(':').at(-1)!,
    // arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<time>
    tableName: mapping.EventSourceArn.split('/')[1]!,
    batchSize: mapping.BatchSize,
    maximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds,
    startingPosition: mapping.StartingPosition,
    filterPatterns: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
    bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
    maximumRetryAttempts: mapping.MaximumRetryAttempts,
    maximumRecordAgeInSeconds: mapping.MaximumRecordAgeInSeconds,
    reportBatchItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    ...(mapping.DestinationConfig?.OnFailure && {
      onFailure: mapping.DestinationConfig.OnFailure.Destination,
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
