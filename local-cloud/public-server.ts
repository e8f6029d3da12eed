/** The one port that visitors see: page, WebSocket and /healthz. CloudFront and API Gateway on AWS. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isForOwner } from './client-address.ts';
import { forward, matches } from './cloudfront/edge.ts';
import type { Health } from './health.ts';
import type { EdgeBehavior } from './topology.ts';

export interface Components {
  site: RequestListener;
  gateway: {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** Returns `false` for a request that is not the gateway's. */
    handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  };
  /** CloudFront's behaviour in front of the gateway, who a request is from, and the API's host, whose requests bypass CloudFront. */
  edge?: (EdgeBehavior & { viewer: (request: IncomingMessage) => string; apiHost: string }) | undefined;
  health: () => Promise<Health>;
  /** Prometheus's text format. */
  metrics: () => Promise<string>;
}

/** All in milliseconds. */
export interface ServerTimeouts {
  /** For a client to send its headers. */
  headers: number;
  /** For a client to send its whole request. */
  request: number;
  /** For answers under way when the server closes. */
  close: number;
}

const TIMEOUTS: ServerTimeouts = { headers: 10_000, request: 30_000, close: 2_000 };

export class PublicServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timeouts: ServerTimeouts;
  /** Unset while the components start and after they have stopped. */
  #components: Components | undefined;

  private constructor(timeouts: ServerTimeouts) {
    this.#timeouts = timeouts;
    this.#server = createServer(
      {
        headersTimeout: timeouts.headers,
        requestTimeout: timeouts.request,
        // Node's default of 30 s would cut slow clients off up to 30 s late.
        connectionsCheckingInterval: timeouts.headers / 10,
      },
      (request, response) => this.#serve(request, response),
    );
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Takes the port before anything else starts. Answers 503 until `serve` is called.
   * @throws the system's error if the port is not available
   */
  static async open(host: string, port: number, timeouts = TIMEOUTS): Promise<PublicServer> {
    const self = new PublicServer(timeouts);
    await new Promise<void>((resolve, reject) => {
      self.#server.once('error', reject);
      self.#server.listen(port, host, resolve);
    });
    return self;
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  serve(components: Components | undefined): void {
    this.#components = components;
  }

  /** Stops listening. Answers under way get a moment to finish; then their sockets are destroyed, so that this always ends. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, this.#timeouts.close);
    await closed;
    clearTimeout(timer);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { gateway, edge } = this.#components ?? {};
    if (gateway && /^websocket$/i.test(request.headers.upgrade ?? '')) {
      const isDirect = !edge || request.headers.host === edge.apiHost;
      if (isDirect) return gateway.handleUpgrade(request, socket, head);
      if (matches(edge, request.url ?? '')) {
        forward(request, edge, edge.viewer(request));
        return gateway.handleUpgrade(request, socket, head);
      }
    }
    // Another path is the site's. Any other protocol, such as h2c, is an offer that a server may ignore: the request is answered in HTTP/1.1.
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    response.shouldKeepAlive = false;
    response.on('finish', () => (socket as Socket).destroySoon());
    this.#serve(request, response);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch(() => response.destroy());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#components) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const { health, metrics, gateway, site } = this.#components;
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.url === '/healthz') {
      const report = await health();
      const pid = isForOwner(request) ? { pid: process.pid } : {};
      send(report.status === 'ok' ? 200 : 503, 'application/json', JSON.stringify({ ...report, ...pid }));
    } else if (request.url === '/metrics' && isForOwner(request)) {
      send(200, 'text/plain; version=0.0.4; charset=utf-8', await metrics());
    } else if (!gateway.handleRequest(request, response)) {
      site(request, response);
    }
  }
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ON_LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

/** The origins under which a browser may open a server that listens on `host`. The first one is shown to people. */
export function originsOf(host: string, port: number): string[] {
  const name = host.includes(':') ? `[${host}]` : host;
  const names = ON_LOOPBACK.has(host) ? LOOPBACK : [name, ...LOOPBACK];
  return names.map((each) => `http://${each}:${port}`);
}
