/** A bare TCP connection, for what a WebSocket library hides. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

export interface Frame {
  fin: boolean;
  opcode: number;
  masked: boolean;
  payload: Buffer;
}

/** Every connection since {@link closeSockets}. */
export const SOCKETS = new Set<{ destroy(): void }>();

/** Closes what the last fact left open. */
export function closeSockets(): void {
  for (const socket of SOCKETS) socket.destroy();
  SOCKETS.clear();
}

export const TEXT = 1;
export const BINARY = 2;
export const CONTINUATION = 0;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** A frame as a client sends it. `masked: false` violates the protocol. */
export function clientFrame(
  opcode: number,
  content: Buffer | string,
  { fin = true, masked = true }: { fin?: boolean; masked?: boolean } = {},
): Buffer {
  const payload = Buffer.from(content);
  const maskBit = masked ? 0x80 : 0;
  const long = Buffer.alloc(payload.length > 65_535 ? 8 : payload.length > 125 ? 2 : 0);
  if (long.length === 8) long.writeBigUInt64BE(BigInt(payload.length));
  if (long.length === 2) long.writeUInt16BE(payload.length);
  const short = long.length === 8 ? 127 : long.length === 2 ? 126 : payload.length;
  // A mask of zeros does not change the payload.
  const mask = Buffer.alloc(masked ? 4 : 0);
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, maskBit | short]), long, mask, payload]);
}

export interface Handshake {
  /** Replaces headers; `undefined` leaves one out. */
  headers?: Record<string, string | undefined>;
  method?: string;
  /** Keeps this side open when the server ends its side. */
  allowHalfOpen?: boolean;
}

export class Wire {
  readonly socket: Socket;
  /** The head of the answer to the handshake. */
  readonly head: Promise<string>;
  readonly ended: Promise<void>;
  #received = Buffer.alloc(0);

  /** Connects and sends a handshake. */
  constructor(url: string, { headers = {}, method = 'GET', allowHalfOpen = false }: Handshake = {}) {
    const { hostname, host, port, protocol, pathname, search } = new URL(url);
    const isSecure = protocol === 'wss:';
    const options = { host: hostname, port: Number(port || (isSecure ? 443 : 80)), allowHalfOpen };
    this.socket = isSecure ? connectSecurely({ ...options, servername: hostname }) : connect(options);
    SOCKETS.add(this.socket);
    this.ended = new Promise((resolve) => this.socket.on('close', () => resolve()));
    this.socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
    this.socket.on('error', () => {});
    const lines = Object.entries({
      Host: host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    }).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}\r\n`));
    this.socket.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    this.head = this.#readHead();
    // A fact that is not about the answer does not wait for it.
    this.head.catch(() => {});
  }

  async readFrame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.#read(2);
    let length = second & 0x7f;
    if (length === 126) length = (await this.#read(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.#read(8)).readBigUInt64BE());
    const payload = await this.#read(length);
    return { fin: first >= 0x80, opcode: first & 15, masked: second >= 0x80, payload };
  }

  async #readHead(): Promise<string> {
    const END = '\r\n\r\n';
    await this.#until(() => this.#received.includes(END));
    return (await this.#read(this.#received.indexOf(END) + END.length)).toString('latin1').trimEnd();
  }

  async #read(length: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= length);
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.socket.destroyed) throw new Error('The server closed the connection.');
      await Promise.race([once(this.socket, 'data'), this.ended]);
    }
  }
}
