/** What `npm start` runs: the same resources that infra/ creates on AWS, with the settings of one machine. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  BROADCAST_FILTER_PATTERN,
  CONNECTION_IDS_KEY,
  LINK_FILTER_PATTERN,
  TTL_ATTRIBUTE,
  VISITOR_COUNT_KEY,
} from '../contract/tables.ts';
import { ENVIRONMENT, ORIGIN_SECRET_HEADER } from '../contract/function-env.ts';
import { COUNTER_PATH } from '../contract/site-manifest.ts';
import { ROUTE_SELECTION_EXPRESSION, ROUTES } from '../contract/messages.ts';
import type { LambdaFunction, Table, Topology } from './topology.ts';

export interface TopologySettings {
  /** Folder with the built functions: `updater/index.cjs` and `broadcaster/index.cjs`. */
  functionsDirectory: string;
  /** Origins of the pages that may connect. */
  allowedOrigins: string[];
  /** Seconds between two reconciliations, which also keep the updater warm; 60 on AWS. */
  reconcileEverySeconds?: number;
  /** Average posts a second that broadcasts may use; 100 on AWS. */
  postsPerSecond?: number;
  /** Audience from which on workers share a broadcast; 5,000 on AWS. */
  fanOutViewers?: number;
  /** Connections that one address may open in ten minutes; 1,000 on AWS. */
  connectionsPerAddress?: number;
  /** Whether to publish count.json; true on AWS. */
  instantNumber?: boolean | undefined;
  /** Whether to publish count.svg next to it; false on AWS. */
  countBadge?: boolean | undefined;
  /** Paths of the pages other than the index. */
  editions?: string[];
}

export const REGION = 'us-east-1';
const API_ID = 'local';
const STAGE = COUNTER_PATH.slice(1);
export const CONNECTION_IDS_TABLE = 'cloud-resume-connection-ids';
export const VISITOR_COUNT_TABLE = 'cloud-resume-visitor-count';

const SITE_BUCKET = 'cloud-resume-site';

export const LOCAL_TABLES: Table[] = [
  table(CONNECTION_IDS_TABLE, CONNECTION_IDS_KEY),
  {
    ...table(VISITOR_COUNT_TABLE, VISITOR_COUNT_KEY),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  },
];

export function localTopology({
  functionsDirectory,
  allowedOrigins,
  reconcileEverySeconds = 60,
  postsPerSecond = 100,
  fanOutViewers = 5_000,
  connectionsPerAddress = 1_000,
  instantNumber = true,
  countBadge = false,
  editions = [],
}: TopologySettings): Topology {
  const originSecret = randomUUID();
  const shared = {
    [ENVIRONMENT.connectionIdsTable]: CONNECTION_IDS_TABLE,
    [ENVIRONMENT.visitorCountTable]: VISITOR_COUNT_TABLE,
    // The address that AWS would give this API; the local cloud resolves it to its own.
    [ENVIRONMENT.managementEndpoint]: `https://${API_ID}.execute-api.${REGION}.amazonaws.com/${STAGE}`,
  };
  const lambda = (name: string, fn: Pick<LambdaFunction, 'timeout' | 'memorySize' | 'environment'>) => ({
    functionName: `cloud-resume-${name}`,
    codeDirectory: join(functionsDirectory, name),
    handler: 'index.handler',
    ...fn,
    environment: { ...shared, ...fn.environment },
  });
  const updater = lambda('updater', {
    timeout: 10,
    memorySize: 256,
    environment: {
      [ENVIRONMENT.allowedOrigins]: allowedOrigins.join(','),
      [ENVIRONMENT.connectionsPerAddress]: String(connectionsPerAddress),
      [ENVIRONMENT.originSecrets]: originSecret,
      [ENVIRONMENT.editions]: editions.join(','),
    },
  });
  const broadcaster = lambda('broadcaster', {
    timeout: 900,
    memorySize: 512,
    environment: {
      [ENVIRONMENT.postsPerSecond]: String(postsPerSecond),
      [ENVIRONMENT.fanOutViewers]: String(fanOutViewers),
      ...(instantNumber && {
        [ENVIRONMENT.countBucket]: SITE_BUCKET,
        [ENVIRONMENT.countBadge]: String(countBadge),
      }),
    },
  });
  return {
    region: REGION,
    edge: { pathPattern: COUNTER_PATH, originHeaders: { [ORIGIN_SECRET_HEADER]: originSecret } },
    tables: LOCAL_TABLES,
    functions: [updater, broadcaster],
    webSocketApi: {
      apiId: API_ID,
      stage: STAGE,
      routeSelectionExpression: ROUTE_SELECTION_EXPRESSION,
      routes: ROUTES.map(({ routeKey, answers }) => ({
        routeKey,
        functionName: updater.functionName,
        routeResponse: answers,
      })),
      throttle: { rateLimit: 2_000, burstLimit: 4_000 },
    },
    eventSourceMappings: [
      {
        uuid: 'visitor-count-to-broadcaster',
        functionName: broadcaster.functionName,
        tableName: VISITOR_COUNT_TABLE,
        batchSize: 10_000,
        maximumBatchingWindowInSeconds: 0,
        startingPosition: 'TRIM_HORIZON',
        filterPatterns: [BROADCAST_FILTER_PATTERN, LINK_FILTER_PATTERN],
        bisectBatchOnFunctionError: false,
        maximumRetryAttempts: 10,
        maximumRecordAgeInSeconds: 3600,
        reportBatchItemFailures: false,
      },
    ],
    schedules: [
      { functionName: broadcaster.functionName, input: { reconcile: true } },
      { functionName: updater.functionName, input: { warm: true } },
    ].map((target) => ({ name: 'reconcile', rateInSeconds: reconcileEverySeconds, ...target })),
  };
}

function table(TableName: string, key: string): Table {
  return {
    TableName,
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    ttlAttribute: TTL_ATTRIBUTE,
  };
}
