import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import type { Stage } from './target.ts';
import { OPEN_SOCKETS, Wire } from './wire.ts';

export interface CloseEvent {
  code: number;
  reason: string;
}

/** The client's side of a connection. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<CloseEvent>;
  readonly #messages: string[] = [];
  readonly #waiting: ((message: string) => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    const entry = { destroy: () => socket.terminate() };
    OPEN_SOCKETS.add(entry);
    socket.on('close', () => OPEN_SOCKETS.delete(entry));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // The close event says what an error means for the client.
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? `binary: ${data.toString()}` : data.toString();
      const waiter = this.#waiting.shift();
      if (waiter) waiter(message);
      else this.#messages.push(message);
    });
  }

  /** Resolves when the handshake is complete. */
  static async open(
    url: string,
    options: { protocols?: string[] } & WebSocket.ClientOptions = {},
  ): Promise<Client> {
    const { protocols = [], ...rest } = options;
    const client = new Client(new WebSocket(url, protocols, rest));
    await once(client.socket, 'open');
    return client;
  }

  /** The next message. */
  next(): Promise<string> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends a message and waits for the next one. */
  async ask(message: string): Promise<string> {
    this.socket.send(message);
    return this.next();
  }

  /** Sends bytes that `ws` would not send. */
  writeRaw(bytes: Buffer): void {
    (this.socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(bytes);
  }
}

/** Opens a connection. @returns the client, its connection id and the CONNECT event */
export async function connect(stage: Stage, options?: WebSocket.ClientOptions) {
  const client = await Client.open(stage.webSocketUrl, options);
  const event = await stage.nextEvent('$connect');
  return { client, connectionId: event.requestContext.connectionId, event };
}

/** Like {@link connect}, with a bare TCP connection. */
export async function connectWire(stage: Stage, options?: { allowHalfOpen?: boolean }) {
  const wire = new Wire(stage.webSocketUrl, options);
  await wire.shakeHands(stage.webSocketUrl);
  return { wire, connectionId: (await stage.nextEvent('$connect')).requestContext.connectionId };
}

/** @returns the answer to a handshake that is refused */
export async function refused(url: string, options: WebSocket.ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  socket.on('open', () => socket.emit('error', new Error('The handshake was accepted.')));
  const [, response] = (await once(socket, 'unexpected-response')) as [ClientRequest, IncomingMessage];
  return { statusCode: response.statusCode, headers: response.headers, body: await text(response) };
}
