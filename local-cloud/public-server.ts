/** The one port that visitors see: page, WebSocket and /healthz. CloudFront and API Gateway on AWS. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from '../shared/user-error.ts';
import { isForOwner } from './client-address.ts';
import type { Health } from './health.ts';

export interface Components {
  site: RequestListener;
  gateway: {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** Returns `false` for a request that is not the gateway's. */
    handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  };
  health: () => Health;
  /** Prometheus's text format. */
  metrics: () => string;
}

/** Milliseconds for a client to send its headers, and its whole request. Slower ones are cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export class PublicServer {
  readonly #server: Server;
  /** Unset while the components start and after they have stopped. */
  #components: Components | undefined;

  private constructor() {
    const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer(timeouts, (request, response) => this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.#components) this.#components.gateway.handleUpgrade(request, socket, head);
      else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n');
    });
  }

  /**
   * Takes the port before anything else starts. Answers 503 until `serve` is called.
   * @throws {UserError} if the port is not available
   */
  static async open(host: string, port: number): Promise<PublicServer> {
    const self = new PublicServer();
    await new Promise<void>((resolve, reject) => {
      self.#server.once('error', (error: NodeJS.ErrnoException) => reject(portError(host, port, error)));
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

  /** Stops listening; requests under way are answered, idle connections closed. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#components) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const { health, metrics, gateway, site } = this.#components;
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.url === '/healthz') {
      const report = health();
      send(report.status === 'ok' ? 200 : 503, 'application/json', JSON.stringify(report));
    } else if (request.url === '/metrics' && isForOwner(request)) {
      send(200, 'text/plain; version=0.0.4; charset=utf-8', metrics());
    } else if (!gateway.handleRequest(request, response)) {
      site(request, response);
    }
  }
}

function portError(
  host: string,
  port: number,
  { code = 'unknown reason' }: NodeJS.ErrnoException,
): UserError {
  const another = port < 65_535 ? port + 1 : 4000;
  return new UserError(
    code === 'EADDRINUSE'
      ? `Port ${port} is taken by another program.`
      : `The server cannot listen on ${host}, port ${port} (${code}).`,
    `Stop that program or choose another port: npm start -- --port ${another}`,
  );
}
