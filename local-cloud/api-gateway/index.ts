/** API Gateway's WebSocket API on one machine: the public half (handshakes and messages) and @connections. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Invoke } from '../lambda/invocation.ts';
import type { WebSocketApi } from '../topology.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Connections } from './connections.ts';
import { Handshake, isStagePath } from './handshake.ts';
import { createIdentifier, pooledRandomness, type Randomness } from './identifiers.ts';
import { Integration } from './integration.ts';
import { Lifecycle } from './lifecycle.ts';
import { Journal } from './journal.ts';
import { type GatewayLimits, resolveLimits } from './gateway-quotas.ts';
import type { Log } from './log.ts';
import { Management } from './management.ts';
import { ManagementServer } from './management-server.ts';
import { refusal, refuseRequest } from './refusal.ts';
import { type Credentials, SignatureVerifier } from './signature.ts';
import { atMost } from './task-set.ts';
import { createThrottles } from './throttles.ts';

export type { Clock, Timer } from '../clock.ts';
export { DEFAULT_LIMITS, type GatewayLimits } from './gateway-quotas.ts';
export type { Log } from './log.ts';

export interface GatewayOptions {
  api: WebSocketApi;
  region: string;
  invoke: Invoke;
  /** Those with which the functions sign their calls of @connections. */
  credentials: Credentials;
  limits?: Partial<GatewayLimits>;
  /** Port of @connections on 127.0.0.1; default 0, any free one. */
  managementPort?: number;
  /** Believe the last hop of X-Forwarded-For: only behind a proxy that writes it. Default false. */
  trustProxy?: boolean;
  /** File that remembers the open connections, so that those of a killed process get their `$disconnect` from the next. */
  journalFile?: string;
  clock?: Clock;
  randomness?: Randomness;
  log?: Log;
}

export interface GatewayStatus {
  state: 'stopped' | 'running' | 'closing';
  /** Open connections. */
  connections: number;
  /** Handshakes that wait for `$connect`. */
  pendingHandshakes: number;
  /** `http://127.0.0.1:<port>/<stage>` while running. */
  managementEndpoint: string | undefined;
}

export interface Gateway {
  /** Takes the `upgrade` event of the public server. Owns the socket from then on. Answers 503 unless running. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers an ordinary HTTP request to the stage's path with 426 and returns `true`; any other request is left alone. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /** Starts @connections and resolves with its endpoint. Rejects where the port is taken. */
  listen(): Promise<string>;
  /** Runs `$disconnect` for every connection that a killed process has left in the journal; returns how many there are. */
  recover(): number;
  readonly connectionCount: number;
  status(): GatewayStatus;
  /** Tells the clients to go (1001), runs their `$disconnect` for at most `shutdownTimeout`, and stops for good. Never rejects. */
  close(): Promise<void>;
}

/** Throws where an option makes no sense: a limit that is not positive, a route selection expression that is not understood. */
export function createGateway(options: GatewayOptions): Gateway {
  const { api, region, credentials, trustProxy = false, managementPort = 0 } = options;
  const { clock = systemClock, randomness = pooledRandomness(), log = () => {} } = options;
  const limits = resolveLimits(options.limits);
  let state: GatewayStatus['state'] = 'stopped';

  const journal = options.journalFile === undefined ? undefined : new Journal(options.journalFile);
  const leftOver = journal?.leftOver ?? [];

  const throttles = createThrottles(api, limits, clock);
  const integration = new Integration(options.invoke, clock, limits.integrationTimeout);
  const shared = { api, region, limits, clock, randomness, throttles, trustProxy, log };
  const lifecycle = new Lifecycle({ ...shared, integration, journal });
  const connections = new Connections({ limits, clock, lifecycle });
  const handshake = new Handshake({
    ...shared,
    isOpen: () => state === 'running',
    onConnect: (event) => lifecycle.connect(event),
    onOpen: (facts, socket) => connections.open(facts, socket),
    onVanished: (facts) => connections.vanished(facts),
  });
  const verifier = new SignatureVerifier({
    credentials,
    region,
    service: 'execute-api',
    skew: limits.signatureSkew,
    now: () => clock.now(),
  });
  const management = new ManagementServer(
    new Management({
      stage: api.stage,
      verifier,
      throttles,
      randomness,
      messageBytes: limits.messageBytes,
      find: (connectionId) => connections.find(connectionId),
    }),
  );
  const endpoint = () =>
    management.port === undefined ? undefined : `http://127.0.0.1:${management.port}/${api.stage}`;

  let closing: Promise<void> | undefined;
  const close = async () => {
    state = 'closing';
    connections.closeAll();
    const settled = handshake.settled().then(() => connections.settled());
    await atMost(clock, limits.shutdownTimeout, settled);
    handshake.terminate();
    await management.close();
    journal?.close();
    state = 'stopped';
  };

  return {
    handleUpgrade: (request, socket, head) => handshake.handleUpgrade(request, socket, head),
    handleRequest(request, response) {
      if (!isStagePath(request.url ?? '', api.stage)) return false;
      response.setHeader('Upgrade', 'websocket');
      refuseRequest(response, refusal(426, 'Upgrade Required'), createIdentifier(randomness));
      return true;
    },
    async listen() {
      await management.listen(managementPort);
      state = 'running';
      return endpoint() as string;
    },
    recover() {
      connections.recover(leftOver);
      return leftOver.splice(0).length;
    },
    get connectionCount() {
      return connections.size;
    },
    status: () => ({
      state,
      connections: connections.size,
      pendingHandshakes: handshake.pending,
      managementEndpoint: endpoint(),
    }),
    close: () => (closing ??= close()),
  };
}
