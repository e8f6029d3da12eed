/** The one port that visitors see: the site, the WebSocket, and /healthz. What CloudFront and API Gateway are on AWS. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Health } from './health.ts';
import { isForOwner } from './owner-request.ts';

export interface Stations {
  site: RequestListener;
  gateway: {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** Returns false for a request that is not the gateway's. */
    handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  };
  health: () => Health;
  /** Prometheus's text format. */
  metrics: () => string;
}

/** The port cannot be had. */
export class PortError extends Error {
  override name = 'PortError';
  readonly remedy: string;

  constructor(host: string, port: number, code: string | undefined) {
    super(
      code === 'EADDRINUSE'
        ? `Port ${port} is taken by another program.`
        : `The server cannot listen on ${host}, port ${port} (${code ?? 'unknown reason'}).`,
    );
    const another = port < 65_535 ? port + 1 : 4000;
    this.remedy = `Stop that program or choose another port: npm start -- --port ${another}`;
  }
}

/** A slow or silent client is cut off after this long with its headers unfinished; milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** … and with its whole request unfinished. */
const REQUEST_TIMEOUT_MS = 30_000;

export class PublicServer {
  readonly #server: Server;
  /** Unset while the stations start and after they have stopped. */
  #stations: Stations | undefined;

  private constructor() {
    const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer(timeouts, (request, response) => this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.#stations) this.#stations.gateway.handleUpgrade(request, socket, head);
      else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n');
    });
  }

  /**
   * Takes the port, before anything else is started; until `serve` every request is answered 503.
   * @throws {PortError}
   */
  static async open(host: string, port: number): Promise<PublicServer> {
    const self = new PublicServer();
    await new Promise<void>((resolve, reject) => {
      self.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(new PortError(host, port, error.code)),
      );
      self.#server.listen(port, host, resolve);
    });
    return self;
  }

  /** The port that it listens on; the one it was given unless that was 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  serve(stations: Stations | undefined): void {
    this.#stations = stations;
  }

  /** Stops listening; requests under way are answered, idle connections closed. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#stations) {
      response.writeHead(503, { 'retry-after': '1' }).end();
    } else if (request.url === '/healthz') {
      const health = this.#stations.health();
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      response.writeHead(health.status === 'ok' ? 200 : 503, headers).end(JSON.stringify(health));
    } else if (request.url === '/metrics' && isForOwner(request)) {
      const headers = {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'cache-control': 'no-store',
      };
      response.writeHead(200, headers).end(this.#stations.metrics());
    } else if (!this.#stations.gateway.handleRequest(request, response)) {
      this.#stations.site(request, response);
    }
  }
}
