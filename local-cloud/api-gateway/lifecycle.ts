/** The three kinds of invocation in a connection's life, with their events, throttles and answers. */
import type { WebSocketApi } from '../topology.ts';
import type { Clock } from '../clock.ts';
import type { Closure } from './close-codes.ts';
import { type ConnectEvent, type ConnectionFacts, disconnectEvent, factsOf, messageEvent } from './events.ts';
import { createIdentifier, type Randomness } from './identifiers.ts';
import { Integration, type IntegrationOutcome } from './integration.ts';
import type { Journal } from './journal.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import type { Log } from './log.ts';
import { RouteTable } from './routes.ts';
import type { Throttles } from './throttles.ts';

export interface LifecycleOptions {
  api: WebSocketApi;
  integration: Integration;
  throttles: Throttles;
  limits: GatewayLimits;
  clock: Clock;
  randomness: Randomness;
  /** Remembers open connections beyond this process. */
  journal?: Journal | undefined;
  log: Log;
}

export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #routes: RouteTable;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#routes = new RouteTable(options.api);
  }

  /** Runs `$connect`. An API without that route accepts everybody. */
  async connect(event: ConnectEvent): Promise<IntegrationOutcome> {
    const { journal } = this.#options;
    const { connectionId } = event.requestContext;
    // Before the function knows the connection: whatever it stores has its farewell, even if this process is killed.
    journal?.opened(factsOf(event.requestContext));
    const outcome = await this.#runConnect(event);
    if (outcome.kind === 'failed' || outcome.statusCode >= 300) journal?.closed(connectionId);
    return outcome;
  }

  async #runConnect(event: ConnectEvent): Promise<IntegrationOutcome> {
    const route = this.#routes.connect;
    if (!route) return { kind: 'answered', statusCode: 200, headers: {}, body: '' };
    const outcome = await this.#options.integration.call(route.functionName, event);
    if (outcome.kind === 'failed') this.#report('$connect', event.requestContext, outcome.detail);
    // Without a route response the handler's body stays with the gateway.
    return outcome.kind === 'answered' && !route.routeResponse ? { ...outcome, body: '' } : outcome;
  }

  /** Runs the route of one message; resolves with what the client is sent, if anything. */
  async message(connection: ConnectionFacts, body: string): Promise<string | undefined> {
    const { throttles, clock, randomness, integration, limits } = this.#options;
    const requestId = createIdentifier(randomness);
    const complain = (message: string) =>
      JSON.stringify({ message, connectionId: connection.connectionId, requestId });
    if (!throttles.takeRequest()) return complain('Too Many Requests');
    const route = this.#routes.ofMessage(body);
    if (!route) return complain('Forbidden');
    const request = { requestId, time: clock.now(), messageId: createIdentifier(randomness) };
    const event = messageEvent(route.routeKey, connection, request, body);
    const outcome = await integration.call(route.functionName, event);
    if (outcome.kind === 'failed') {
      this.#report(route.routeKey, event.requestContext, outcome.detail);
      return complain('Internal server error');
    }
    if (!route.routeResponse || outcome.body === '') return undefined;
    if (Buffer.byteLength(outcome.body) <= limits.messageBytes) return outcome.body;
    this.#report(
      route.routeKey,
      event.requestContext,
      `the reply is larger than ${limits.messageBytes} bytes`,
    );
    return complain('Internal server error');
  }

  /** Runs `$disconnect`, once and without a second attempt: AWS calls it best effort. */
  async disconnect(connection: ConnectionFacts, closure: Closure): Promise<void> {
    const { clock, randomness, integration, journal } = this.#options;
    const route = this.#routes.disconnect;
    if (!route) return journal?.closed(connection.connectionId);
    const request = { requestId: createIdentifier(randomness), time: clock.now() };
    const event = disconnectEvent(connection, request, closure);
    const outcome = await integration.call(route.functionName, event);
    if (outcome.kind === 'failed') this.#report('$disconnect', event.requestContext, outcome.detail);
    journal?.closed(connection.connectionId);
  }

  #report(routeKey: string, context: { connectionId: string; requestId: string }, detail: string): void {
    const { connectionId, requestId } = context;
    this.#options.log('error', `Route ${routeKey} failed: ${detail}`, { routeKey, connectionId, requestId });
  }
}
