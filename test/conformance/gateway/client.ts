import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { Queue } from './scripted-functions.ts';
import type { Stage } from './target.ts';
import { SOCKETS, Wire, type Handshake } from './wire.ts';

export const HELLO = '{"action":"hello"}';

/** The client's side of a connection. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #messages = new Queue<string>();

  constructor(url: string, options: WebSocket.ClientOptions = {}, protocols: string[] = []) {
    this.socket = new WebSocket(url, protocols, options);
    SOCKETS.add({ destroy: () => this.socket.terminate() });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // The close event says what an error means for the client.
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) =>
      this.#messages.push(isBinary ? `binary: ${data.toString()}` : data.toString()),
    );
  }

  /** Resolves when the handshake is complete. */
  static async open(...options: ConstructorParameters<typeof Client>): Promise<Client> {
    const client = new Client(...options);
    await once(client.socket, 'open');
    return client;
  }

  /** The next message. */
  next(): Promise<string> {
    return this.#messages.next();
  }

  /** Sends a message and waits for the next one. */
  ask(message: string): Promise<string> {
    this.socket.send(message);
    return this.next();
  }

  /** Fails unless the gateway serves this connection. */
  async assertServed(): Promise<void> {
    assert.equal(await this.ask(HELLO), 'hello');
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
export async function connectWire(stage: Stage, options?: Handshake) {
  const wire = new Wire(stage.webSocketUrl, options);
  await wire.head;
  return { wire, connectionId: (await stage.nextEvent('$connect')).requestContext.connectionId };
}

/** Waits for the next $disconnect. */
export async function disconnected(stage: Stage) {
  const { requestContext } = await stage.nextEvent('$disconnect');
  const { connectionId, disconnectStatusCode: code, disconnectReason: reason } = requestContext;
  return { connectionId, code, reason };
}

/**
 * Fails unless the gateway's own reply has this message.
 * @returns its request id
 */
export function assertComplains(reply: string, message: string, connectionId: string): string {
  const { requestId, ...complaint } = JSON.parse(reply) as { requestId: string };
  assert.deepEqual(complaint, { message, connectionId });
  assert.match(requestId, /=$/);
  return requestId;
}

/** @returns the answer to a handshake that is refused */
export async function refused(url: string) {
  const socket = new WebSocket(url);
  socket.on('open', () => socket.emit('error', new Error('The handshake was accepted.')));
  const [, response] = (await once(socket, 'unexpected-response')) as [ClientRequest, IncomingMessage];
  return { statusCode: response.statusCode, body: await text(response) };
}
