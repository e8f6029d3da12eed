import { isUtf8 } from 'node:buffer';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import {
  BINARY_UNSUPPORTED,
  type Closure,
  clientClosure,
  GOING_AWAY,
  TOO_BIG,
  violationClosure,
} from './close-codes.ts';
import type { ConnectionFacts } from './events.ts';
import { FrameSizeMeter } from './frame-size.ts';
import type { GatewayLimits } from './gateway-quotas.ts';
import { MessageQueue } from './message-queue.ts';

export interface ConnectionOptions {
  facts: ConnectionFacts;
  socket: WebSocket;
  limits: GatewayLimits;
  clock: Clock;
  /** Works on one message; resolves with the reply, if there is one. Must not reject. */
  onMessage: (body: string) => Promise<string | undefined>;
  /** Called once, when the connection has ended for the gateway. */
  onEnd: (closure: Closure) => void;
}

/** An open connection: from its completed handshake to the moment when one side ends it. */
export class Connection {
  readonly facts: ConnectionFacts;
  /** Milliseconds since 1970 of the last message in either direction. */
  lastActiveAt: number;
  readonly #options: ConnectionOptions;
  readonly #queue: MessageQueue;
  #timer: Timer;
  #ended = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.facts = options.facts;
    this.lastActiveAt = options.clock.now();
    this.#timer = this.#watch();
    this.#queue = new MessageQueue(options.limits.concurrentMessages, options.socket, (body) =>
      this.#work(body),
    );
    this.#listen();
  }

  /** `false` once either side has begun to close. */
  get isReachable(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  /** Sends one text message. `false` when the client reads too slowly to take more now. */
  send(message: Buffer): boolean {
    const { socket, limits, clock } = this.#options;
    if (socket.bufferedAmount > limits.sendBufferBytes) return false;
    this.lastActiveAt = clock.now();
    // A text frame that is not UTF-8 would make the client end the connection.
    const data = isUtf8(message) ? message : Buffer.from(message.toString());
    const fin = data.length <= limits.frameBytes;
    if (fin) socket.send(data, { binary: false });
    else sendInFrames(socket, data, limits.frameBytes);
    return true;
  }

  /** Ends the connection from this side. The client gets a close frame, `$disconnect` does not wait for its answer. */
  close(closure: Closure): void {
    this.#options.socket.close(closure.code, closure.reason);
    this.#end(closure);
  }

  #listen(): void {
    const { socket, limits } = this.#options;
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#ended) return;
      if (isBinary) return this.close(BINARY_UNSUPPORTED);
      this.lastActiveAt = this.#options.clock.now();
      this.#queue.push(data.toString());
    });
    socket.on('error', (error) => this.#end(violationClosure(error)));
    socket.on('close', (code, reason) => this.#end(clientClosure(code, reason.toString())));
    const meter = new FrameSizeMeter(limits.frameBytes);
    socketOf(socket).prependListener('data', (chunk: Buffer) => {
      if (!this.#ended && meter.exceeds(chunk)) this.close(TOO_BIG);
    });
  }

  async #work(body: string): Promise<void> {
    const reply = await this.#options.onMessage(body);
    if (reply !== undefined && !this.#ended) this.send(Buffer.from(reply));
  }

  /** One timer for both limits; it looks at the last activity when it fires, so that a message costs no timer. */
  #watch(): Timer {
    const { limits, clock } = this.#options;
    const deadline = Math.min(
      this.lastActiveAt + limits.idleTimeout,
      this.facts.connectedAt + limits.connectionDuration,
    );
    const remaining = deadline - clock.now();
    return clock.setTimer(
      () => {
        const now = clock.now();
        const idle = now - this.lastActiveAt >= limits.idleTimeout;
        if (idle || now - this.facts.connectedAt >= limits.connectionDuration) this.close(GOING_AWAY);
        else this.#timer = this.#watch();
      },
      Math.max(1, remaining),
    );
  }

  #end(closure: Closure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#queue.clear();
    this.#options.onEnd(closure);
  }
}

/** `ws` keeps the socket under this name and offers no other way to see the bytes before it does. */
function socketOf(webSocket: WebSocket): import('node:net').Socket {
  return (webSocket as unknown as { _socket: import('node:net').Socket })._socket;
}

/** AWS's frames are 32 KB at most; a larger message goes out in several. */
function sendInFrames(socket: WebSocket, data: Buffer, frameBytes: number): void {
  for (let start = 0; start < data.length; start += frameBytes) {
    const end = start + frameBytes;
    socket.send(data.subarray(start, end), { binary: false, fin: end >= data.length });
  }
}
