/** A bare TCP connection, for what a WebSocket library hides. */
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

export interface Frame {
  fin: boolean;
  opcode: number;
  masked: boolean;
  payload: Buffer;
}

/** Every open connection, so that a target can close what a failed fact left. */
export const OPEN_SOCKETS = new Set<{ destroy(): void }>();

export const TEXT = 1;
export const BINARY = 2;
export const CONTINUATION = 0;
export const CLOSE = 8;
export const PING = 9;

/** A frame as a client sends it. `masked: false` violates the protocol. */
export function clientFrame(
  opcode: number,
  payload: Buffer,
  { fin = true, masked = true }: { fin?: boolean; masked?: boolean } = {},
): Buffer {
  const maskBit = masked ? 0x80 : 0;
  const long = Buffer.alloc(payload.length > 65_535 ? 8 : payload.length > 125 ? 2 : 0);
  if (long.length === 8) long.writeBigUInt64BE(BigInt(payload.length));
  if (long.length === 2) long.writeUInt16BE(payload.length);
  const short = long.length === 8 ? 127 : long.length === 2 ? 126 : payload.length;
  // A mask of zeros does not change the payload.
  const mask = Buffer.alloc(masked ? 4 : 0);
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, maskBit | short]), long, mask, payload]);
}

export class Wire {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  #received = Buffer.alloc(0);
  #wake = () => {};

  /** @param options `allowHalfOpen`: keep this side open when the server ends its side */
  constructor(url: string, { allowHalfOpen = false } = {}) {
    const { hostname: host, port, protocol } = new URL(url);
    const isSecure = protocol === 'wss:';
    const options = { host, port: Number(port || (isSecure ? 443 : 80)), allowHalfOpen };
    this.socket = isSecure ? connectSecurely({ ...options, servername: host }) : connect(options);
    OPEN_SOCKETS.add(this.socket);
    this.socket.on('close', () => OPEN_SOCKETS.delete(this.socket));
    this.socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.ended = new Promise((resolve) => this.socket.on('close', () => resolve()));
  }

  /** Sends a handshake and reads the answer's head. `overrides` replaces headers; `undefined` leaves one out. */
  async shakeHands(
    url: string,
    overrides: Record<string, string | undefined> = {},
    method = 'GET',
  ): Promise<string> {
    const { host, pathname, search } = new URL(url);
    const headers: Record<string, string | undefined> = {
      Host: host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...overrides,
    };
    const lines = Object.entries(headers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    await this.#until(() => this.#received.includes('\r\n\r\n'));
    const end = this.#received.indexOf('\r\n\r\n');
    const head = this.#take(end + 4).toString('latin1');
    return head.trimEnd();
  }

  async readFrame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.#read(2);
    let length = second & 0x7f;
    if (length === 126) length = (await this.#read(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.#read(8)).readBigUInt64BE());
    const payload = await this.#read(length);
    return { fin: first >= 0x80, opcode: first & 15, masked: second >= 0x80, payload };
  }

  async #read(length: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= length);
    return this.#take(length);
  }

  #take(length: number): Buffer {
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.socket.destroyed) throw new Error('The server closed the connection.');
      await Promise.race([
        this.ended,
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      ]);
    }
  }
}
