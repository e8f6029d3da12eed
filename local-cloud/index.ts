/**
 * The local cloud: stands in for AWS's edges on one machine. Given a topology it starts, in this order, the public port, the
 * database, the gateway, the functions, the event source mappings and the schedules; it stops them in the reverse order.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { METRICS, type MetricName } from '../contract/metrics.ts';
import type { BuiltSite } from '../contract/site-manifest.ts';
import { ensureTables, startDynamoDB } from './dynamodb/index.ts';
import { clientProtocol } from './api-gateway/client-address.ts';
import { createGateway, type GatewayLimits } from './api-gateway/index.ts';
import { gaugesOf, healthOf, type Health } from './health.ts';
import { createLambda, type Lambda, type Report } from './lambda/index.ts';
import { createInvokeApi } from './lambda/invoke-api.ts';
import { createMetrics } from './cloudwatch/index.ts';
import { originsOf, resolveManagementEndpoint, warm, webSocketUrlFor } from './wiring.ts';
import { PublicServer } from './public-server.ts';
import { createSchedule } from './eventbridge/index.ts';
import { createStaticHost } from './cloudfront/index.ts';
import { createEventSourceMapping } from './dynamodb-streams/index.ts';
import type { Topology } from './topology.ts';

export interface LocalCloudOptions {
  /** May depend on the origins under which the site can be opened, which are known once the port is. */
  topology: (origins: string[]) => Topology;
  /** Folder for the database and what must survive a restart. Created where missing. */
  dataDirectory: string;
  /** Address of the public server. */
  host: string;
  /** Port of the public server; 0 takes a free one. */
  port: number;
  /** Origin under which a proxy in front publishes the site: `https://resume.example.com`. What it forwards is believed. */
  publicOrigin?: string | undefined;
  /** Left out where only the counter is wanted: no page is found then. */
  site?: BuiltSite;
  /** Another DynamoDB instead of the embedded engine. */
  dynamodbEndpoint?: string | undefined;
  gatewayLimits?: Partial<GatewayLimits>;
  /** Events that one function handles at a time. */
  maxConcurrency?: number;
  log: Log;
  onReport?: (report: Report) => void;
}

const NO_SITE: BuiltSite = {
  manifest: { files: [], contentSecurityPolicy: "default-src 'none'" },
  contents: new Map(),
};

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

export interface LocalCloud {
  /** Where the site is: `http://localhost:4000/`. */
  url: string;
  /** Where a page connects: `ws://localhost:4000/live`. */
  webSocketUrl: string;
  /** Where the functions reach @connections: `http://127.0.0.1:<port>/live`. */
  managementEndpoint: string;
  /** Where the database is, with the credentials that it takes. */
  dynamodb: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  topology: Topology;
  health(): Health;
  /** Takes new code for a function; invocations under way finish on the old. */
  reloadFunction(functionName: string): Promise<void>;
  /** Takes a newly built site. */
  reloadSite(site: BuiltSite): void;
  /** Tells pages to reconnect, finishes what is under way, stops everything. */
  close(): Promise<void>;
}

/** @throws errors with a `remedy` for what a person can mend: a taken port, an engine that is missing, a foreign database file … */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDirectory, log } = options;
  const stops: (() => Promise<unknown> | void)[] = [];
  /** Whatever has been started is stopped in the reverse order, even where starting failed half-way. */
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const server = await PublicServer.open(options.host, options.port);
    stops.push(() => server.close());
    const trustProxy = options.publicOrigin !== undefined;
    const origins = [options.publicOrigin ?? [], originsOf(options.host, server.port)].flat();
    const topology = options.topology(origins);
    const { region, webSocketApi: api } = topology;

    const database = await startDynamoDB({ dataDirectory, endpoint: options.dynamodbEndpoint, log });
    stops.push(() => database.stop());
    const credentials = { accessKeyId: 'local', secretAccessKey: randomBytes(20).toString('hex') };
    const sdk = { endpoint: database.endpoint, region, credentials };
    const dynamodb = new DynamoDBClient(sdk);
    const streams = new DynamoDBStreamsClient(sdk);
    stops.push(() => (streams.destroy(), dynamodb.destroy()));
    await ensureTables(dynamodb, topology.tables);

    // Gateway and functions need each other: the functions are told where @connections is, the gateway calls them.
    const functions: { lambda?: Lambda } = {};
    const gateway = createGateway({
      api,
      region,
      credentials,
      invoke: (functionName, event) => functions.lambda!.invoke(functionName, event),
      journalFile: join(dataDirectory, 'connections.journal'),
      trustProxy,
      ...(options.gatewayLimits && { limits: options.gatewayLimits }),
      log: (level, message) => log(level, message),
    });
    const invokeApi = createInvokeApi({
      region,
      credentials,
      lambda: {
        invoke: (functionName, event) => functions.lambda!.invoke(functionName, event),
        invokeAsync: (functionName, event) => functions.lambda!.invokeAsync(functionName, event),
      },
    });
    const [managementEndpoint, lambdaEndpoint] = await Promise.all([gateway.listen(), invokeApi.listen()]);
    stops.push(() => invokeApi.close());
    const metrics = createMetrics({
      dataDirectory,
      helpOf: (name) => METRICS[name as MetricName]?.help ?? name,
      log,
    });
    stops.push(() => metrics.close());
    const lambda = createLambda({
      functions: resolveManagementEndpoint(topology, managementEndpoint),
      region,
      environment: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
        AWS_ENDPOINT_URL_LAMBDA: lambdaEndpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      ...(options.maxConcurrency && { maxConcurrency: options.maxConcurrency }),
      onLog: (functionName, line) => log('debug', `${functionName}: ${metrics.take(line)}`),
      onReport(report) {
        // What a function has written is in the stream now.
        for (const mapping of mappings) mapping.wake();
        options.onReport?.(report);
      },
    });
    functions.lambda = lambda;
    stops.push(() => lambda.close());
    stops.push(() => gateway.close());

    const checkpointDirectory = join(dataDirectory, 'checkpoints');
    const mappings = topology.eventSourceMappings.map((mapping) =>
      createEventSourceMapping({
        mapping,
        invoke: lambda.invoke,
        streams,
        dynamodb,
        checkpointDirectory,
        log,
      }),
    );
    const schedules = topology.schedules.map((schedule) =>
      createSchedule({ schedule, invoke: lambda.invoke, log }),
    );
    await warm(lambda, topology);
    for (const source of [...mappings, ...schedules]) {
      source.start();
      stops.push(() => source.stop());
    }

    const endpointFor = webSocketUrlFor(origins, api.stage);
    const isSecure = (request: IncomingMessage) => clientProtocol(request, trustProxy) === 'https';
    const site = createStaticHost({ site: options.site ?? NO_SITE, endpointFor, isSecure });
    const health = () => healthOf({ database, gateway, mappings });
    server.serve({ site: site.handle, gateway, health, metrics: () => metrics.text(gaugesOf(health())) });
    // Pages reconnect when their socket closes; until the port is closed they are told to come back later.
    stops.push(() => server.serve(undefined));
    gateway.recover();
    return {
      url: `${origins[0]}/`,
      webSocketUrl: endpointFor(undefined),
      managementEndpoint,
      dynamodb: sdk,
      topology,
      health,
      reloadFunction: (functionName) => lambda.reload(functionName),
      reloadSite: site.reload,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
