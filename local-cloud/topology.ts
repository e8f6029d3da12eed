/**
 * The resources from which the local cloud wires itself. `npm start` states them in TypeScript (counter-topology.ts), `npm run cloud`
 * reads a file, and the infrastructure tests read what `terraform apply` created. Names and units are those of AWS's APIs.
 */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

export interface Topology {
  region: string;
  tables: Table[];
  functions: LambdaFunction[];
  webSocketApi: WebSocketApi;
  eventSourceMappings: EventSourceMapping[];
  schedules: Schedule[];
  /** CloudFront in front of the API. Without it, clients reach the gateway directly. */
  edge?: EdgeBehavior;
}

/** A cache behaviour that forwards to the API. */
export interface EdgeBehavior {
  /** `/live` */
  pathPattern: string;
  /** The origin's custom headers: name to value. */
  originHeaders: Record<string, string>;
}

export interface Table extends Omit<CreateTableCommandInput, 'TableName'> {
  TableName: string;
  /** Attribute by which items expire, in seconds since 1970. */
  ttlAttribute?: string;
}

export interface LambdaFunction {
  functionName: string;
  /** Folder with the deployed bundle: the unpacked zip. */
  codeDirectory: string;
  /** `index.handler`: the module in `codeDirectory` and its export. */
  handler: string;
  environment: Record<string, string>;
  /**
   * `nodejs20.x`: whether handlers may take a callback, and which version of AWS's SDK they may import without bundling it. Without a
   * runtime, neither.
   */
  runtime?: string;
  /** Seconds. */
  timeout: number;
  /** MB; limits the heap here. */
  memorySize: number;
}

export interface WebSocketApi {
  apiId: string;
  stage: string;
  /** Only `$request.body.<field>` is supported. */
  routeSelectionExpression: string;
  routes: Route[];
  /** Requests a second, and their burst, for every route without its own throttle. */
  throttle?: Throttle;
}

/** The API's own host name on AWS. */
export function apiDomain({ region, webSocketApi }: Pick<Topology, 'region' | 'webSocketApi'>): string {
  return `${webSocketApi.apiId}.execute-api.${region}.amazonaws.com`;
}

export interface Throttle {
  rateLimit: number;
  burstLimit: number;
}

export interface Route {
  routeKey: string;
  functionName: string;
  /** Whether the route has a `$default` route response: the handler's body is the reply. */
  routeResponse: boolean;
  throttle?: Throttle;
}

export interface EventSourceMapping {
  /** Names the mapping's checkpoints. */
  uuid: string;
  functionName: string;
  /** Table whose stream is read. */
  tableName: string;
  batchSize: number;
  maximumBatchingWindowInSeconds: number;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Event filter patterns (JSON text). A record passes when one matches; without patterns, all pass. */
  filterPatterns: string[];
  bisectBatchOnFunctionError: boolean;
  /** Retries after the first attempt; -1 means no limit. */
  maximumRetryAttempts: number;
  /** Seconds; -1 means no limit. */
  maximumRecordAgeInSeconds: number;
  /** Whether the function reports partial failures: `{batchItemFailures: [{itemIdentifier}]}`. */
  reportBatchItemFailures: boolean;
  /** ARN of the queue that is told about batches given up on. */
  onFailure?: string;
}

/** An EventBridge rule with a rate. */
export interface Schedule {
  name: string;
  functionName: string;
  /** Seconds between two invocations; `rate(1 minute)` is 60. */
  rateInSeconds: number;
  /** The function's event. */
  input: unknown;
}
