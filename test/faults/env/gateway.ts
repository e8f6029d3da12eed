/**
 * A model of API Gateway's WebSocket API: a connection answers 410 until its `$connect` is complete, frames keep their order, and
 * `$disconnect` is best effort. @connections is a real HTTP server for the broadcaster's own client.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { POST_FAULTS, type PostFault } from '../../../console/lab/faults.ts';
import type { CounterSocket, SocketListener } from '../../../site/client/live-counter.ts';
import type { Simulation } from './simulation.ts';

/** Runs the updater on a route. Rejects if Lambda has no answer. */
export type Route = (
  routeKey: string,
  connection: { connectionId: string; connectedAt: number; visit: string | undefined },
) => Promise<{ statusCode: number; body: string }>;

export interface GatewayOptions {
  simulation: Simulation;
  route: Route;
  /** Probability that a `$disconnect` is never sent. */
  lostDisconnects: () => number;
  /** Probability that a post fails, and how. */
  postFaults: () => { rate: number; kinds: readonly PostFault[] | undefined };
}

interface Connection {
  connectionId: string;
  connectedAt: number;
  visit: string | undefined;
  listener: SocketListener;
  state: 'opening' | 'open' | 'gone';
  frames: (() => void)[];
}

export class ModelGateway {
  readonly #options: GatewayOptions;
  readonly #connections = new Map<string, Connection>();
  /** Visits whose handshake was accepted. */
  readonly accepted = new Set<string>();
  /** Connections that answered 410 before their handshake was complete. */
  readonly metTooEarly = new Set<string>();
  /** How long the answer of `$connect` takes to reach the client. */
  answerDelayMs = 0;
  posts = 0;
  handshakes = 0;
  /** `$disconnect` events that are not handled yet. */
  pendingDisconnects = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get open(): string[] {
    return [...this.#connections.values()].filter(({ state }) => state === 'open').map((c) => c.connectionId);
  }

  /** @param visit undefined for a plain client */
  connect(visit: string | undefined, listener: SocketListener): CounterSocket {
    const { simulation } = this.#options;
    const connection: Connection = {
      connectionId: randomUUID(),
      connectedAt: simulation.now(),
      visit,
      listener,
      state: 'opening',
      frames: [],
    };
    this.#connections.set(connection.connectionId, connection);
    this.handshakes++;
    void this.#handshake(connection);
    return {
      send: ({ action }) => void this.#message(connection, action),
      close: () => this.#left(connection),
    };
  }

  /** Closes a connection; both sides notice. */
  cut(connectionId: string): void {
    const connection = this.#connections.get(connectionId);
    if (!connection || connection.state === 'gone') return;
    this.#left(connection);
    void this.#options.simulation.call(() => connection.listener.closed());
  }

  /** One post, as @connections answers it. */
  post(connectionId: string, data: string): 200 | 410 | PostFault {
    const { simulation, postFaults } = this.#options;
    this.posts++;
    const { rate, kinds = POST_FAULTS } = postFaults();
    const fault = simulation.random.happens(rate) ? simulation.random.pick(kinds) : undefined;
    if (fault !== undefined && fault !== 'unanswered') return fault;
    const connection = this.#connections.get(connectionId);
    if (connection?.state === 'opening') this.metTooEarly.add(connectionId);
    if (connection?.state !== 'open') return 410;
    this.#frame(connection, () => connection.listener.message(data));
    return fault ?? 200;
  }

  async #handshake(connection: Connection): Promise<void> {
    const { simulation, route } = this.#options;
    await simulation.call(() => {});
    const statusCode = await route('$connect', connection).then(
      (answer) => answer.statusCode,
      () => 502,
    );
    if (this.answerDelayMs > 0) await simulation.sleep(this.answerDelayMs);
    await simulation.call(() => {});
    if (connection.state === 'gone') {
      // The client has given up meanwhile.
      if (statusCode === 200) await this.#disconnect(connection);
      return;
    }
    if (statusCode !== 200) {
      connection.state = 'gone';
      connection.listener.closed();
      return;
    }
    connection.state = 'open';
    this.#frame(connection, () => {
      this.accepted.add(connection.visit ?? connection.connectionId);
      connection.listener.opened();
    });
  }

  async #message(connection: Connection, action: string): Promise<void> {
    await this.#options.simulation.call(() => {});
    if (connection.state !== 'open') return;
    const text = await this.#options.route(action, connection).then(
      ({ body }) => body,
      () => JSON.stringify({ message: 'Internal server error' }),
    );
    this.#frame(connection, () => connection.listener.message(text));
  }

  /** Frames of one connection arrive in the order in which they were sent. */
  #frame(connection: Connection, deliver: () => void): void {
    connection.frames.push(deliver);
    void this.#options.simulation.call(() => {
      const next = connection.frames.shift();
      if (connection.state === 'open') next?.();
    });
  }

  #left(connection: Connection): void {
    if (connection.state === 'gone') return;
    const wasOpen = connection.state === 'open';
    connection.state = 'gone';
    if (wasOpen) void this.#disconnect(connection);
  }

  async #disconnect(connection: Connection): Promise<void> {
    const { simulation, route, lostDisconnects } = this.#options;
    if (simulation.random.happens(lostDisconnects())) return;
    this.pendingDisconnects++;
    await simulation.call(() => {});
    await route('$disconnect', connection).catch(() => {});
    this.pendingDisconnects--;
  }
}

/** @connections as a real HTTP server. */
export async function serveConnections(gateway: {
  post: ModelGateway['post'];
  close(connectionId: string): void;
}): Promise<{ endpoint: string; close(): Promise<void> }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let data = '';
    for await (const chunk of request) data += String(chunk);
    const id = decodeURIComponent(/@connections\/([^/?]+)|%40connections\/([^/?]+)/.exec(request.url!)![1]!);
    if (request.method === 'DELETE') {
      gateway.close(id);
      return void response.writeHead(204).end();
    }
    const result = gateway.post(id, data);
    if (typeof result === 'string') return void request.socket.destroy();
    const errors = { 410: 'GoneException', 429: 'LimitExceededException', 500: 'InternalServerError' };
    if (result !== 200) response.setHeader('x-amzn-ErrorType', errors[result]);
    response.writeHead(result).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
