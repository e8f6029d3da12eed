/** A deployed stage: its open connections, and the functions that their connects, messages and disconnects invoke. */
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { Log, Observe } from '../observer.ts';
import type { WebSocketApi } from '../topology.ts';
import { ABNORMAL, type Closure, GOING_AWAY } from './close-codes.ts';
import { Connection } from './connection.ts';
import { type ConnectEvent, type ConnectionFacts, disconnectEvent, messageEvent } from './events.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { createIdentifier } from './identifiers.ts';
import type { Journal } from './journal.ts';
import { accepts, type Integrate, type IntegrationOutcome, RouteTable } from './routes.ts';
import type { Throttles, TokenBucket } from './throttle.ts';

export interface StageOptions {
  api: WebSocketApi;
  integrate: Integrate;
  throttles: Throttles;
  limits: GatewayLimits;
  clock: Clock;
  /** Remembers open connections beyond this process. */
  journal: Journal | undefined;
  log: Log;
  observe: Observe | undefined;
}

export class Stage {
  readonly #options: StageOptions;
  readonly #routes: RouteTable;
  readonly #open = new Map<string, Connection>();
  readonly #pendingDisconnects = new Set<Promise<void>>();

  constructor(options: StageOptions) {
    this.#options = options;
    this.#routes = new RouteTable(options.api);
  }

  get connectionCount(): number {
    return this.#open.size;
  }

  /** The connection with that id, if a message can be sent to it now. */
  find(connectionId: string): Connection | undefined {
    const connection = this.#open.get(connectionId);
    return connection?.isReachable ? connection : undefined;
  }

  /**
   * Records a connection before `$connect` runs: whatever the function stores is cleaned up even if this process is killed.
   * `false` if that is impossible; then the connection must be refused.
   */
  record(connection: ConnectionFacts): boolean {
    return this.#options.journal?.opened(connection) ?? true;
  }

  /** Runs `$connect`. An API without that route accepts everyone. */
  async connect(connection: ConnectionFacts, event: ConnectEvent): Promise<IntegrationOutcome> {
    const { journal, integrate } = this.#options;
    const route = this.#routes.connect;
    if (!route) return { kind: 'answered', statusCode: 200, headers: {}, body: '' };
    const outcome = await integrate(route.functionName, event);
    if (outcome.kind === 'failed') this.#report('$connect', connection, outcome.detail);
    if (!accepts(outcome)) journal?.closed(connection.connectionId);
    // Without a route response the handler's body stays with the gateway.
    return outcome.kind === 'answered' && !route.routeResponse ? { ...outcome, body: '' } : outcome;
  }

  /** The handshake is complete: from here on the connection can be posted to. */
  opened(facts: ConnectionFacts, socket: WebSocket): void {
    const { limits, clock, throttles } = this.#options;
    const share = throttles.connectionShare();
    const connection = new Connection({
      facts,
      socket,
      limits,
      clock,
      onMessage: (body) => this.#message(facts, body, share),
      onEnd: (closure) => {
        this.#open.delete(facts.connectionId);
        this.disconnect(facts, closure);
      },
    });
    this.#open.set(facts.connectionId, connection);
  }

  /** Runs `$disconnect` once, without retries: AWS calls it best effort. */
  disconnect(connection: ConnectionFacts, closure: Closure = ABNORMAL): void {
    const { code, reason } = closure;
    this.#options.observe?.({ type: 'disconnect', connectionId: connection.connectionId, code, reason });
    const pending = this.#runDisconnect(connection, closure).finally(() =>
      this.#pendingDisconnects.delete(pending),
    );
    this.#pendingDisconnects.add(pending);
  }

  closeAll(): void {
    for (const connection of this.#open.values()) connection.close(GOING_AWAY);
  }

  /** Resolves when no `$disconnect` is running. */
  async settled(): Promise<void> {
    while (this.#pendingDisconnects.size > 0) await Promise.all(this.#pendingDisconnects);
  }

  /** Runs the route of one message and resolves with the reply, if there is one. */
  async #message(connection: ConnectionFacts, body: string, share: TokenBucket): Promise<string | undefined> {
    const { throttles, clock, integrate, limits, observe } = this.#options;
    const { connectionId } = connection;
    const requestId = createIdentifier();
    const error = (message: string) => JSON.stringify({ message, connectionId, requestId });
    const route = this.#routes.ofMessage(body);
    if (!share.take() || !throttles.takeMessage(route?.routeKey)) return error('Too Many Requests');
    observe?.({ type: 'message', connectionId, routeKey: route?.routeKey, requestId, body });
    if (!route) return error('Forbidden');
    const event = messageEvent(route.routeKey, connection, { requestId, time: clock.now() }, body);
    const outcome = await integrate(route.functionName, event);
    if (outcome.kind === 'failed') {
      this.#report(route.routeKey, connection, outcome.detail);
      return error('Internal server error');
    }
    if (!route.routeResponse || outcome.body === '') return undefined;
    if (Buffer.byteLength(outcome.body) <= limits.messageBytes) return outcome.body;
    this.#report(route.routeKey, connection, `the reply is larger than ${limits.messageBytes} bytes`);
    return error('Internal server error');
  }

  async #runDisconnect(connection: ConnectionFacts, closure: Closure): Promise<void> {
    const { clock, integrate, journal } = this.#options;
    const route = this.#routes.disconnect;
    if (route) {
      const request = { requestId: createIdentifier(), time: clock.now() };
      const outcome = await integrate(route.functionName, disconnectEvent(connection, request, closure));
      if (outcome.kind === 'failed') this.#report('$disconnect', connection, outcome.detail);
    }
    journal?.closed(connection.connectionId);
  }

  #report(routeKey: string, { connectionId }: ConnectionFacts, detail: string): void {
    this.#options.log('error', `Route ${routeKey} failed for connection ${connectionId}: ${detail}`);
  }
}
