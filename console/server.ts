/**
 * The console's server. It listens on loopback only, and answers no request that another site's page could have made: foreign `Host`
 * (DNS rebinding), foreign `Origin` or `Sec-Fetch-Site`, and a POST without the header that only its own page sends.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ConsoleFunction, LabState, Source, SpanDetail } from '../contract/console.ts';
import { createHttp } from '../functions/shared/http.ts';
import { createManagementApi } from '../functions/shared/management-api.ts';
import type { LocalCloud } from '../local-cloud/index.ts';
import { isObject } from '../shared/path.ts';
import { Feed, message } from './feed.ts';
import { EXPERIMENTS, type ExperimentName } from './lab/experiments.ts';
import { buildPage } from './page/page.ts';
import type { Recorder } from './recorder.ts';
import type { Entry } from './span-store.ts';
import { createTableReader } from './tables.ts';

/** A local cloud and what was recorded of it. */
export interface Watched {
  cloud: LocalCloud;
  recorder: Recorder;
}

/** The experiment next to the site; its cloud exists once it was started. */
export interface Experiment {
  readonly watched: Watched | undefined;
  readonly state: LabState;
  /** Called with every change. */
  onChange: (state: LabState) => void;
  act(action: ExperimentName): void;
}

export interface ConsoleOptions {
  /** Default: {@link DEFAULT_PORT}, or any free one if that is taken. */
  port?: number | undefined;
  site?: Watched | undefined;
  experiment: Experiment;
}

export interface RunningConsole {
  /** `http://127.0.0.1:<port>/` */
  url: string;
  close(): Promise<void>;
}

const DEFAULT_PORT = 4001;
const FLUSH_MS = 100;
/** More changes than this in a flush wait for the next one. */
const MAX_SPANS = 400;
/** What a page gets when it opens. */
const RECENT_SPANS = 1_000;
/** Lambda's limit for an event, and room for the names around it. */
const MAX_BODY_BYTES = 7 * 1024 * 1024;
const OWN_HEADER = 'x-console';

/** Status and body. */
type Reply = [number, unknown];

export async function startConsole({ port, site, experiment }: ConsoleOptions): Promise<RunningConsole> {
  const { html, policy } = await buildPage();
  const feed = new Feed();
  const clients = new Map<LocalCloud, ReturnType<typeof clientsOf>>();
  function clientsFor(cloud: LocalCloud) {
    const known = clients.get(cloud) ?? clientsOf(cloud);
    clients.set(cloud, known);
    return known;
  }
  const watched = (source: Source): Watched | undefined => (source === 'site' ? site : experiment.watched);
  const sources = (): Source[] => (['site', 'lab'] as const).filter((source) => watched(source));

  function initialState(source: Source): string[] {
    const { cloud, recorder } = watched(source) ?? {};
    const functions = cloud ? functionsOf(cloud) : [];
    return [
      message('reset', { sources: sources(), functions }),
      message('spans', recorder?.spans.newest(RECENT_SPANS) ?? []),
      message('lab', experiment.state),
    ];
  }

  async function tick(source: Source): Promise<void> {
    const { cloud, recorder } = watched(source)!;
    const figures = recorder.figures.takeSecond();
    if (!feed.isWatched(source)) return;
    const [health, tables] = await Promise.all([cloud.health(), clientsFor(cloud).tables.read()]);
    const { status, causes, streams, gateway } = health;
    feed.send(
      'tick',
      {
        at: Date.now(),
        health: { status, causes, connections: gateway.connections, iteratorAgeMs: streams.iteratorAgeMs },
        ...figures,
        position: recorder.position,
        tables,
        skipped: recorder.spans.takeSkipped(),
        heapMB: Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
      },
      source,
    );
  }

  const timers = [
    setInterval(() => {
      for (const source of sources())
        feed.sendSpans(watched(source)!.recorder.spans.takeChanges(MAX_SPANS), source);
    }, FLUSH_MS),
    setInterval(() => {
      // A failing console must not end the cloud's process.
      for (const source of sources()) tick(source).catch(() => {});
    }, 1_000),
  ];
  for (const timer of timers) timer.unref();
  experiment.onChange = (state) => feed.send('lab', state);

  function read(pathname: string, source: Source): Reply {
    const [, id] = /^\/spans\/(\d{1,15})$/.exec(pathname) ?? [];
    if (id === undefined) return [404, { message: 'There is no such page.' }];
    const entry = watched(source)?.recorder.spans.get(Number(id));
    if (entry) return [200, detailOf(entry)];
    return [404, { message: 'This step is too old: newer ones have replaced it.' }];
  }

  async function act(pathname: string, source: Source, input: Record<string, unknown>): Promise<Reply> {
    const [action, connectionId] = [String(input['action']), String(input['connectionId'])];
    if (pathname === '/lab') {
      if (!Object.hasOwn(EXPERIMENTS, action)) return [404, { message: `There is no experiment ${action}.` }];
      experiment.act(action as ExperimentName);
      return [200, {}];
    }
    const { cloud, recorder } = watched(source) ?? {};
    if (!cloud) return [409, { message: 'Start the experiment first.' }];
    const { management } = clientsFor(cloud);
    if (pathname === '/post') return [200, await management.post(connectionId, String(input['data']))];
    if (pathname === '/close') return [200, { closed: await management.close(connectionId) }];
    if (pathname !== '/replay') return [404, { message: 'There is no such action.' }];
    const { value, problem } = parse(String(input['event']));
    if (problem !== undefined) return [400, { message: `The event is not JSON: ${problem}` }];
    recorder!.expectReplay(value);
    return [200, await cloud.invoke(String(input['functionName']), value)];
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname, query] = (request.url ?? '/').split('?', 2) as [string, string?];
    const source: Source = new URLSearchParams(query).get('of') === 'lab' ? 'lab' : 'site';
    const send = ([status, value]: Reply) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.method === 'POST') {
      const input = await readJson(request);
      if (!input)
        return send([400, { message: 'The body is not a JSON object, or it is larger than 7 MB.' }]);
      return send(await act(pathname, source, input));
    }
    if (request.method !== 'GET') return send([405, { message: 'GET or POST.' }]);
    if (pathname === '/events') return feed.add(response, { source, state: () => initialState(source) });
    if (pathname !== '/') return send(read(pathname, source));
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .end(html);
  }

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (!isOwn(request)) return void response.writeHead(403).end('Only its own page may call the console.\n');
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: String(error) }));
    });
  });
  const listen = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', resolve);
    });
  await (port === undefined ? listen(DEFAULT_PORT).catch(() => listen(0)) : listen(port));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      for (const timer of timers) clearInterval(timer);
      feed.close();
      for (const { tables } of clients.values()) tables.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Of every answer. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** False for a request that another site's page could have made. Programs on this machine may call the console. */
export function isOwn({ method, headers, socket }: OwnRequest): boolean {
  const hosts = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return method !== 'POST' || headers[OWN_HEADER] === '1';
}

type OwnRequest = Pick<IncomingMessage, 'method' | 'headers'> & {
  socket: { localPort?: number | undefined };
};

async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  if (Number(request.headers['content-length'] ?? Infinity) > MAX_BODY_BYTES) return undefined;
  const { value } = parse(await text(request));
  return isObject(value) ? value : undefined;
}

function parse(json: string): { value?: unknown; problem?: string } {
  try {
    return { value: JSON.parse(json) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

const functionsOf = ({ topology, variablesOf }: LocalCloud): ConsoleFunction[] =>
  topology.functions.map(({ functionName, memorySize, timeout }) => ({
    name: functionName,
    memorySize,
    timeout,
    variables: variablesOf(functionName).sort(),
  }));

function clientsOf(cloud: LocalCloud) {
  const { managementEndpoint, dynamodb, topology } = cloud;
  const { accessKeyId, secretAccessKey } = dynamodb.credentials;
  const environment = {
    AWS_REGION: topology.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const http = createHttp('execute-api', managementEndpoint, { maxSockets: 1, environment });
  return { tables: createTableReader(cloud), management: createManagementApi(http) };
}

function detailOf(entry: Entry): SpanDetail {
  const { id: _, bytes: __, committedAt: ___, record: ____, functionArn, ...detail } = entry;
  const { functionName, requestId } = detail;
  if (!functionName || !functionArn) return detail;
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    awsRequestId: requestId ?? '',
  };
  return { ...detail, context };
}
