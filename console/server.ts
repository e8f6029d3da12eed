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
import { Feed, message } from './feed.ts';
import { buildPage } from './page/page.ts';
import type { Recorder } from './recorder.ts';
import type { Entry } from './span-store.ts';
import { createTableReader, type TableReader } from './tables.ts';

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
  /** @throws {Error} for an unknown action */
  act(action: string): void;
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

export async function startConsole({ port, site, experiment }: ConsoleOptions): Promise<RunningConsole> {
  const { html, policy } = await buildPage();
  const feed = new Feed();
  const readers = new Map<LocalCloud, TableReader>();
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
    const reader = readers.get(cloud) ?? createTableReader(cloud);
    readers.set(cloud, reader);
    const [health, tables] = await Promise.all([cloud.health(), reader.read()]);
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

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://console');
    const source: Source = url.searchParams.get('of') === 'lab' ? 'lab' : 'site';
    const send = (status: number, value: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(value));
    if (request.method === 'GET') {
      if (url.pathname === '/') return void response.writeHead(200, PAGE_HEADERS(policy)).end(html);
      if (url.pathname === '/events')
        return feed.add(response, { source, state: () => initialState(source) });
      const id = Number(/^\/spans\/(\d{1,15})$/.exec(url.pathname)?.[1]);
      const entry = watched(source)?.recorder.spans.get(id);
      return void (entry
        ? send(200, detailOf(entry))
        : send(404, { message: 'This step is too old: newer ones have replaced it.' }));
    }
    if (request.method !== 'POST') return void send(405, { message: 'GET or POST.' });
    const input = await readJson(request);
    if (!input)
      return void send(400, { message: 'The body is not a JSON object, or it is larger than 7 MB.' });
    const { cloud } = watched(source) ?? {};
    if (url.pathname === '/lab') {
      experiment.act(String(input['action']));
      return void send(200, {});
    }
    if (!cloud) return void send(409, { message: 'Start the experiment first.' });
    if (url.pathname === '/replay') {
      let event: unknown;
      try {
        event = JSON.parse(String(input['event']));
      } catch (error) {
        return void send(400, { message: `The event is not JSON: ${(error as Error).message}` });
      }
      return void send(200, await cloud.invoke(String(input['functionName']), event));
    }
    const connectionId = String(input['connectionId']);
    if (url.pathname === '/post')
      return void send(200, await managementOf(cloud).post(connectionId, String(input['data'])));
    if (url.pathname === '/close')
      return void send(200, { closed: await managementOf(cloud).close(connectionId) });
    send(404, { message: 'There is no such action.' });
  }

  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    if (!isOwn(request, own))
      return void response.writeHead(403).end('Only its own page may call the console.\n');
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ message: String(error) }));
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
      for (const reader of readers.values()) reader.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const PAGE_HEADERS = (policy: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

/** False for a request that another site's page could have made. Programs on this machine may call the console. */
export function isOwn(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  port: number,
): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  if (!['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined))
    return false;
  return method !== 'POST' || headers[OWN_HEADER] === '1';
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  if (Number(request.headers['content-length'] ?? Infinity) > MAX_BODY_BYTES) return undefined;
  try {
    const value = JSON.parse(await text(request)) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const functionsOf = ({ topology, variablesOf }: LocalCloud): ConsoleFunction[] =>
  topology.functions.map(({ functionName, memorySize, timeout }) => ({
    name: functionName,
    memorySize,
    timeout,
    variables: variablesOf(functionName).sort(),
  }));

function managementOf({ managementEndpoint, dynamodb, topology }: LocalCloud) {
  const { accessKeyId, secretAccessKey } = dynamodb.credentials;
  const environment = {
    AWS_REGION: topology.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return createManagementApi(createHttp('execute-api', managementEndpoint, { maxSockets: 1, environment }));
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
