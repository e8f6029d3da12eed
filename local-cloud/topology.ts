/**
 * What the local cloud is made of: the input from which it wires itself. `npm start` writes one by hand
 * (cli/local/topology.ts); the infrastructure tests read one from what `terraform apply` created.
 * Names and units are those of the AWS APIs that describe the same things.
 */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

export interface Topology {
  region: string;
  tables: Table[];
  functions: LambdaFunction[];
  webSocketApi: WebSocketApi;
  eventSourceMappings: EventSourceMapping[];
  schedules: Schedule[];
}

export interface Table extends Omit<CreateTableCommandInput, 'TableName'> {
  TableName: string;
  /** Attribute by which items expire, in seconds since 1970. */
  ttlAttribute?: string;
}

export interface LambdaFunction {
  functionName: string;
  /** Folder that holds the deployed bundle: the unpacked zip. */
  codeDirectory: string;
  /** `index.handler`: the module in `codeDirectory` and its export. */
  handler: string;
  environment: Record<string, string>;
  /** Seconds. */
  timeout: number;
  /** MB; the heap's limit here. */
  memorySize: number;
}

export interface WebSocketApi {
  apiId: string;
  stage: string;
  /** Only `$request.body.<field>` is understood. */
  routeSelectionExpression: string;
  routes: Route[];
  /** Stage throttle: requests a second, and how many at once. */
  throttle?: { rateLimit: number; burstLimit: number };
}

export interface Route {
  routeKey: string;
  functionName: string;
  /** Whether the route has a `$default` route response, so that the handler's body is sent back. */
  routeResponse: boolean;
}

export interface EventSourceMapping {
  /** Stable name of the mapping; its checkpoints are kept under it. */
  uuid: string;
  functionName: string;
  /** Table whose stream is read. */
  tableName: string;
  batchSize: number;
  maximumBatchingWindowInSeconds: number;
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Event filter patterns (JSON text); a record passes when one matches. None: all pass. */
  filterPatterns: string[];
  bisectBatchOnFunctionError: boolean;
  /** Retries after the first attempt; -1 is without limit. */
  maximumRetryAttempts: number;
  /** Seconds; -1 is without limit. */
  maximumRecordAgeInSeconds: number;
  /** Whether the function may answer `{batchItemFailures: [{itemIdentifier}]}`. */
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
  /** JSON that the function gets as its event. */
  input: unknown;
}
