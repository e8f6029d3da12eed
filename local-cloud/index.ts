/**
 * The local cloud: AWS's edges on one machine. Starts, in this order, the public port, the database, the gateway, the
 * functions, the event source mappings and the schedules that a topology lists, and stops them in reverse.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { METRICS, type MetricName } from '../contract/metrics.ts';
import type { BuiltSite } from '../contract/site-manifest.ts';
import { UserError } from '../shared/user-error.ts';
import { createGateway } from './api-gateway/index.ts';
import { clientAddress, clientProtocol } from './client-address.ts';
import { systemClock } from './clock.ts';
import { createStaticHost } from './cloudfront/index.ts';
import { Metrics } from './cloudwatch/index.ts';
import { ensureTables, outOfSpace, startDynamoDB } from './dynamodb/index.ts';
import { StreamMapping } from './dynamodb-streams/index.ts';
import { createStreamSource } from './dynamodb-streams/stream.ts';
import { startSchedule } from './eventbridge/index.ts';
import { createHealthCheck, gaugesOf, type Health, probesOf } from './health.ts';
import type { Invoke } from './invocation.ts';
import { createLambda, type Lambda } from './lambda/index.ts';
import { createInvokeApi } from './lambda/invoke-api.ts';
import { runtimeSource } from './lambda/runtime-source.ts';
import type { Log, Observe } from './observer.ts';
import { portError } from './port-holder.ts';
import { originsOf, PublicServer } from './public-server.ts';
import { createObjectStore } from './s3/index.ts';
import { createVerifier } from './signature.ts';
import { apiDomain, type Topology } from './topology.ts';

export interface LocalCloudOptions {
  /** Receives the origins under which the site can be opened, known once the port is. */
  topology: (origins: string[]) => Topology;
  /** Folder for the database and everything else that survives a restart. Created if missing. */
  dataDirectory: string;
  /** Address of the public server. */
  host: string;
  /** Port of the public server; 0 takes a free one. */
  port: number;
  /** Origin under which a proxy publishes the site: `https://resume.example.com`. Its forwarding headers are trusted. */
  publicOrigin?: string | undefined;
  /** Without a site only the counter is served. */
  site?: BuiltSite;
  /** Another DynamoDB instead of the embedded engine. */
  dynamodbEndpoint?: string | undefined;
  log: Log;
  /** What it throws is ignored: an observer never affects the cloud. */
  observe?: Observe;
  /** Fault injection: an event of API Gateway that is lost on its way to the function. */
  loses?: (event: unknown) => boolean;
}

export interface LocalCloud {
  /** The site: `http://localhost:4000/`. */
  url: string;
  /** Where a page connects: `ws://localhost:4000/live`. */
  webSocketUrl: string;
  /** Where functions reach @connections: `http://127.0.0.1:<port>/live`. */
  managementEndpoint: string;
  /** The database, with credentials that it accepts. */
  dynamodb: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  topology: Topology;
  health(): Promise<Health>;
  invoke: Invoke;
  /** Fault injection: ends the processes that are running the function, as a crash does. @returns how many */
  killFunction(functionName: string): number;
  /** Names of a function's environment variables. */
  variablesOf(functionName: string): string[];
  /** Loads a function's code again; running invocations finish on the old code. */
  reloadFunction(functionName: string): Promise<void>;
  /** Serves a newly built site. */
  reloadSite(site: BuiltSite): void;
  /** Tells pages to reconnect, finishes what is running, and stops everything. */
  close(): Promise<void>;
}

/** The gateway's view of an event that was lost. */
const LOST = { requestId: '', payload: { statusCode: 200 }, durationMs: 0 };

const NO_SITE: BuiltSite = {
  manifest: { files: [], contentSecurityPolicy: "default-src 'none'" },
  contents: new Map(),
};

/** @throws {UserError} for what the user can fix: a taken port, a missing engine, a function that does not load … */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDirectory, log } = options;
  const stops: (() => Promise<unknown> | void)[] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const server = await PublicServer.open(options.host, options.port).catch(async (error) => {
      throw await portError(options, error);
    });
    stops.push(() => server.close());
    const trustProxy = options.publicOrigin !== undefined;
    const origins = [options.publicOrigin ?? [], originsOf(options.host, server.port)].flat();
    const topology = options.topology(origins);
    const { region, webSocketApi: api } = topology;
    const apiHost = apiDomain(topology);

    const database = await startDynamoDB({ dataDirectory, endpoint: options.dynamodbEndpoint, log });
    stops.push(() => database.stop());
    const credentials = { accessKeyId: 'local', secretAccessKey: randomBytes(20).toString('hex') };
    const sdk = { endpoint: database.endpoint, region, credentials };
    const dynamodb = new DynamoDBClient(sdk);
    const streams = new DynamoDBStreamsClient(sdk);
    stops.push(() => (streams.destroy(), dynamodb.destroy()));

    const metrics = new Metrics((name) => METRICS[name as MetricName]?.help ?? name);
    const mappings: StreamMapping[] = [];
    const report = harmless(options.observe ?? (() => {}));
    const observe: Observe = (event) => {
      if (event.type === 'log') {
        const line = metrics.take(event.line);
        log('debug', `${event.functionName}: ${line}`);
        return report({ ...event, line });
      }
      // What a function has written is in the stream now.
      if (event.type === 'invocation') for (const mapping of mappings) mapping.wake();
      report(event);
    };

    // Gateway and functions need each other: the functions post to @connections, the gateway invokes them.
    const invoke: Invoke = (functionName, event) => lambda.invoke(functionName, event);
    const gateway = createGateway({
      api,
      region,
      credentials,
      invoke: (functionName, event) =>
        options.loses?.(event) ? Promise.resolve(LOST) : invoke(functionName, event),
      journalFile: join(dataDirectory, 'connections.journal'),
      refuse: () => database.status().problem ?? outOfSpace(dataDirectory),
      log,
      observe: report,
    });
    const invokeApi = createInvokeApi(
      { invoke, invokeAsync: (functionName, event) => lambda.invokeAsync(functionName, event) },
      createVerifier({ credentials, region, service: 'lambda', now: systemClock.now }),
    );
    const objects = createObjectStore({
      verify: createVerifier({ credentials, region, service: 's3', now: systemClock.now }),
      file: join(dataDirectory, 'objects.json'),
      now: systemClock.now,
    });
    const onLoopback = (port: number) => `http://127.0.0.1:${port}`;
    const [managementEndpoint, lambdaEndpoint, s3Endpoint] = await Promise.all([
      gateway.listen(),
      invokeApi.listen().then(onLoopback),
      objects.listen().then(onLoopback),
    ]);
    stops.push(() => invokeApi.close());
    stops.push(() => objects.close());
    const lambda: Lambda = createLambda({
      source: await runtimeSource(),
      functions: topology.functions,
      region,
      environment: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
        AWS_ENDPOINT_URL_LAMBDA: lambdaEndpoint,
        AWS_ENDPOINT_URL_S3: s3Endpoint,
        // On AWS the function's runtime is the one that Terraform names, whatever Node runs here.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      redirects: {
        [apiHost]: managementEndpoint,
        [`lambda.${region}.amazonaws.com`]: lambdaEndpoint,
        ...(database.endpoint.startsWith('http:') && {
          [`dynamodb.${region}.amazonaws.com`]: database.endpoint,
        }),
      },
      log,
      observe,
    });
    stops.push(() => lambda.close());
    stops.push(() => gateway.close());

    await Promise.all([
      ensureTables(dynamodb, topology.tables),
      ...topology.functions.map(({ functionName }) => warm(lambda, functionName)),
    ]);
    for (const mapping of topology.eventSourceMappings) {
      const running = new StreamMapping({
        mapping,
        invoke: observeBatches(lambda.invoke, report),
        source: createStreamSource(mapping.tableName, dynamodb, streams),
        checkpointDirectory: join(dataDirectory, 'checkpoints'),
        log,
      });
      mappings.push(running);
      stops.push(() => running.stop());
    }
    for (const schedule of topology.schedules)
      stops.push(startSchedule({ schedule, invoke: lambda.invoke, log }));

    const isSecure = (request: IncomingMessage) => clientProtocol(request, trustProxy) === 'https';
    const site = createStaticHost({ site: options.site ?? NO_SITE, objects: objects.get, isSecure });
    const health = createHealthCheck({
      database,
      mappings,
      gateway,
      probes: probesOf(topology, dynamodb, streams, lambda),
      clock: systemClock,
    });
    const metricsText = async () => metrics.text(gaugesOf(await health()));
    const edge = topology.edge && {
      ...topology.edge,
      viewer: (request: IncomingMessage) => clientAddress(request, trustProxy),
      apiHost,
    };
    server.serve({ site: observeRequests(site.handle, report), gateway, edge, health, metrics: metricsText });
    // Pages reconnect when their socket closes; until the port closes too they get 503.
    stops.push(() => server.serve(undefined));
    gateway.recover();
    return {
      url: `${origins[0]}/`,
      webSocketUrl: `${origins[0]!.replace(/^http/, 'ws')}/${api.stage}`,
      managementEndpoint,
      dynamodb: sdk,
      topology,
      health,
      invoke,
      killFunction: (functionName) => lambda.kill(functionName),
      variablesOf: (functionName) => lambda.variablesOf(functionName),
      reloadFunction: (functionName) => lambda.reload(functionName),
      reloadSite: site.reload,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws {UserError} for a function that cannot be loaded */
async function warm(lambda: Lambda, functionName: string): Promise<void> {
  const error = await lambda.warm(functionName);
  if (!error) return;
  throw new UserError(
    `${functionName} does not start: ${error.errorType}: ${error.errorMessage}`,
    'Fix the function or its environment and start again.',
  );
}

/** An observer that cannot break what it observes. */
function harmless(observe: Observe): Observe {
  return (event) => {
    try {
      observe(event);
    } catch {
      // The cloud's work matters more than what is seen of it.
    }
  };
}

/** Reports each answer of the site. */
function observeRequests(handle: RequestListener, observe: Observe): RequestListener {
  return (request, response) => {
    const began = performance.now();
    response.on('finish', () => observe({ type: 'request', durationMs: performance.now() - began }));
    handle(request, response);
  };
}

/** Reports each invocation by a mapping as a batch. */
function observeBatches(invoke: Invoke, observe: Observe): Invoke {
  return async (functionName, event) => {
    const result = await invoke(functionName, event);
    const { requestId, functionError } = result;
    const records = (event as { Records: unknown[] }).Records;
    observe({ type: 'batch', functionName, requestId, records, ...(functionError && { functionError }) });
    return result;
  };
}
