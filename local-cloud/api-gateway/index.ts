/** API Gateway's WebSocket API on one machine: the public side (handshakes and messages) and @connections. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import type { Invoke } from '../invocation.ts';
import type { Log, Observe } from '../observer.ts';
import { type Credentials, createVerifier } from '../signature.ts';
import { createSignedServer, errorAnswer } from '../signed-server.ts';
import type { WebSocketApi } from '../topology.ts';
import { DEFAULT_LIMITS, type GatewayLimits } from './gateway-quotas.ts';
import { Journal } from './journal.ts';
import { createManagement } from './management.ts';
import { withRequestId } from './responses.ts';
import { createIntegration } from './routes.ts';
import { Stage } from './stage.ts';
import { createThrottles } from './throttle.ts';
import { isStagePath, Upgrade } from './upgrade.ts';

export type { GatewayLimits } from './gateway-quotas.ts';

export interface GatewayOptions {
  api: WebSocketApi;
  region: string;
  invoke: Invoke;
  /** The credentials with which functions sign their calls of @connections. */
  credentials: Credentials;
  limits?: Partial<GatewayLimits>;
  /** Records the open connections, so that the next process can run `$disconnect` for those of a killed one. */
  journalFile?: string;
  /** Why new connections must be refused (503) without invoking a function, such as a full disk. Asked for each. */
  refuse?: () => string | undefined;
  clock?: Clock;
  log?: Log;
  observe?: Observe | undefined;
}

export interface Gateway {
  /** Takes an `upgrade` event of the public server and owns the socket from then on. Answers 503 unless running. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers a plain HTTP request to the stage's path with 426. Returns `false` for any other path. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /** Starts @connections on 127.0.0.1 and resolves with its endpoint. */
  listen(): Promise<string>;
  /** Runs `$disconnect` for every connection that a killed process left in the journal. */
  recover(): void;
  readonly isRunning: boolean;
  readonly connectionCount: number;
  /** Why new connections are refused; `undefined` while they are not. */
  problem(): string | undefined;
  /** Closes every connection (1001), runs their `$disconnect` for at most `shutdownTimeout`, and stops. Never rejects. */
  close(): Promise<void>;
}

/** @throws {UserError} for a route selection expression that is not supported */
export function createGateway(options: GatewayOptions): Gateway {
  const { api, region, credentials, observe } = options;
  const { clock = systemClock, log = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  let isRunning = false;
  let closing: Promise<void> | undefined;

  const journal = options.journalFile === undefined ? undefined : new Journal(options.journalFile);
  const leftOver = journal?.leftOver ?? [];
  const problem = () => options.refuse?.() ?? journal?.problem;
  let wasRefusing = false;
  function isRefusing(): boolean {
    const cause = problem();
    if (cause && !wasRefusing) log('error', `New connections are refused. ${cause}`);
    if (!cause && wasRefusing) log('warn', 'New connections are accepted again.');
    wasRefusing = cause !== undefined;
    return wasRefusing;
  }
  const throttles = createThrottles(api, limits, clock);
  const integrate = createIntegration(options.invoke, clock, limits.integrationTimeout);
  const stage = new Stage({ api, integrate, throttles, limits, clock, journal, log, observe });
  const upgrade = new Upgrade({
    api,
    region,
    limits,
    clock,
    throttles,
    stage,
    isOpen: () => isRunning && !isRefusing(),
    log,
    observe,
  });
  const management = createSignedServer({
    verify: createVerifier({ credentials, region, service: 'execute-api', now: clock.now }),
    maxBodyBytes: limits.messageBytes,
    answer: createManagement({ stage: api.stage, throttles, find: (id) => stage.find(id), observe }),
  });

  async function close(): Promise<void> {
    isRunning = false;
    stage.closeAll();
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(resolve, limits.shutdownTimeout);
      void upgrade
        .settled()
        .then(() => stage.settled())
        .then(resolve)
        .finally(() => timer.cancel());
    });
    upgrade.terminate();
    await management.close();
    journal?.close();
  }

  return {
    handleUpgrade: (request, socket, head) => upgrade.handle(request, socket, head),
    handleRequest(request, response) {
      if (!isStagePath(request.url ?? '', api.stage)) return false;
      const { statusCode, headers, body } = withRequestId(errorAnswer(426, 'Upgrade Required'));
      response.writeHead(statusCode, {
        ...headers,
        'Content-Type': 'application/json',
        Upgrade: 'websocket',
      });
      response.end(body);
      return true;
    },
    async listen() {
      const port = await management.listen();
      isRunning = true;
      return `http://127.0.0.1:${port}/${api.stage}`;
    },
    recover() {
      for (const facts of leftOver.splice(0)) stage.disconnect(facts);
    },
    get isRunning() {
      return isRunning;
    },
    get connectionCount() {
      return stage.connectionCount;
    },
    problem,
    close: () => (closing ??= close()),
  };
}
