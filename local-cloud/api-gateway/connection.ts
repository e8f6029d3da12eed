import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
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

export interface ConnectionOptions {
  facts: ConnectionFacts;
  socket: WebSocket;
  limits: GatewayLimits;
  clock: Clock;
  /** Handles one message and resolves with the reply, if there is one. Must not reject. */
  onMessage: (body: string) => Promise<string | undefined>;
  /** Called once, when the connection has ended for the gateway. */
  onEnd: (closure: Closure) => void;
}

/** An open connection, from its completed handshake until one side ends it. */
export class Connection {
  readonly facts: ConnectionFacts;
  /** Milliseconds since 1970 of the last message in either direction. */
  lastActiveAt: number;
  readonly #options: ConnectionOptions;
  /** Below `ws`, which shows neither its frames nor its bytes. */
  readonly #bytes: Socket;
  #timer: Timer;
  #ended = false;
  /** Messages that `onMessage` is handling, and those that `ws` had read before its socket was paused (64 KB at most). */
  #running = 0;
  #waiting: string[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.facts = options.facts;
    this.#bytes = (options.socket as unknown as { _socket: Socket })._socket;
    this.lastActiveAt = options.clock.now();
    this.#timer = this.#startTimer();
    this.#listen();
  }

  /** `false` once either side has begun to close. */
  get isReachable(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  /** Sends one text message. `false` when the client's send buffer is full. */
  send(message: Buffer): boolean {
    const { socket, limits, clock } = this.#options;
    if (socket.bufferedAmount > limits.sendBufferBytes) return false;
    this.lastActiveAt = clock.now();
    // A text frame that is not UTF-8 would make the client end the connection.
    const data = isUtf8(message) ? message : Buffer.from(message.toString());
    // Messages of one turn of the event loop are written at its end, as are the answers to their posts (signed-server.ts): writing
    // each one wakes another process, and a broadcast takes a third longer.
    this.#bytes.cork();
    setImmediate(() => this.#bytes.uncork());
    // AWS's frames hold 32 KB at most; a larger message is sent in several.
    let start = 0;
    do {
      const end = start + limits.frameBytes;
      socket.send(data.subarray(start, end), { binary: false, fin: end >= data.length });
      start = end;
    } while (start < data.length);
    return true;
  }

  /** Ends the connection with a close frame. `$disconnect` does not wait for the client's answer. */
  close(closure: Closure): void {
    this.#options.socket.close(closure.code, closure.reason);
    this.#end(closure);
  }

  #listen(): void {
    const { socket, limits, clock } = this.#options;
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#ended) return;
      if (isBinary) return this.close(BINARY_UNSUPPORTED);
      this.lastActiveAt = clock.now();
      this.#receive(data.toString());
    });
    socket.on('error', (error) => this.#end(violationClosure(error)));
    socket.on('close', (code, reason) => this.#end(clientClosure(code, reason.toString())));
    const meter = new FrameSizeMeter(limits.frameBytes);
    this.#bytes.prependListener('data', (chunk: Buffer) => {
      if (!this.#ended && meter.exceeds(chunk)) this.close(TOO_BIG);
    });
  }

  /** Handles messages concurrently, as AWS does, but stops reading the socket at the limit: one client cannot occupy it all. */
  #receive(body: string): void {
    const { socket, limits } = this.#options;
    if (this.#running < limits.concurrentMessages) void this.#handle(body);
    else this.#waiting.push(body);
    if (this.#running >= limits.concurrentMessages) socket.pause();
  }

  async #handle(body: string): Promise<void> {
    this.#running += 1;
    const reply = await this.#options.onMessage(body);
    this.#running -= 1;
    if (this.#ended) return;
    if (reply !== undefined) this.send(Buffer.from(reply));
    const next = this.#waiting.shift();
    if (next !== undefined) void this.#handle(next);
    else if (this.#options.socket.isPaused) this.#options.socket.resume();
  }

  /** One timer for both limits. It checks the last activity when it fires, so messages need no timers. */
  #startTimer(): Timer {
    const { limits, clock } = this.#options;
    const due = () =>
      Math.min(this.lastActiveAt + limits.idleTimeout, this.facts.connectedAt + limits.connectionDuration);
    return clock.setTimer(
      () => {
        if (clock.now() >= due()) this.close(GOING_AWAY);
        else this.#timer = this.#startTimer();
      },
      Math.max(1, due() - clock.now()),
    );
  }

  #end(closure: Closure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#waiting = [];
    // A paused socket would not see its end.
    if (this.#options.socket.isPaused) this.#options.socket.resume();
    this.#options.onEnd(closure);
  }
}
