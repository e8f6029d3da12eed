import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Management } from './management.ts';

/** The HTTP server of @connections. It listens on the loopback interface only: no page's visitor reaches it. */
export class ManagementServer {
  readonly #server: Server;

  constructor(management: Management) {
    this.#server = createServer((request, response) => void management.handle(request, response));
    // A broadcaster keeps its sockets between two broadcasts; Node's default of 5 s would cut them under its hands.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.requestTimeout = 10_000;
    this.#server.headersTimeout = 10_000;
  }

  get port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** Resolves with the port. Rejects with a message for people where the port is taken. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          taken
            ? new Error(
                `Port ${port} for @connections on 127.0.0.1 is taken. End the program that uses it, or choose another port (0: any free one).`,
                { cause: error },
              )
            : error,
        );
      });
      this.#server.listen(port, '127.0.0.1', () => resolve(this.port as number));
    });
  }

  /** Stops; a call that is still under way is cut off. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
