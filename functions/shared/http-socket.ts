/**
 * One HTTP/1.1 connection, with one request at a time. Node's client takes 50 µs of processor time for a post, this takes 15 (decision 13).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

export interface HttpResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request under way. */
export interface Exchange {
  /** The whole request as it is sent. */
  text: string;
  resolve(response: HttpResponse): void;
  reject(error: Error): void;
  /** Where it was sent. */
  socket?: HttpSocket;
}

/** A connection that takes longer is given up; milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;

/** @returns opens connections to the URL's host; later ones resume the first one's TLS session */
export function createDial({ protocol, hostname, port }: URL): () => Socket {
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const options = { host, port: Number(port) || (secure ? 443 : 80), noDelay: true };
  const servername = isIP(host) ? '' : host;
  let session: Buffer | undefined;
  return () => {
    const socket = secure
      ? connectSecurely({ ...options, servername, session, ALPNProtocols: ['http/1.1'] })
      : connect(options);
    const late = () => socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
    const timer = setTimeout(late, CONNECT_TIMEOUT_MS);
    const settled = () => clearTimeout(timer);
    socket.once(secure ? 'secureConnect' : 'connect', settled).once('close', settled);
    socket.on('session', (latest: Buffer) => (session = latest));
    return socket;
  };
}

export class HttpSocket {
  readonly #socket: Socket;
  readonly #onFree: (socket: HttpSocket) => void;
  #exchange: Exchange | undefined;
  /** Whether it has carried a request before. */
  #isReused = false;
  #received: Buffer[] = [];
  #size = 0;
  /** Bytes without which the answer cannot be complete. */
  #needed = 0;

  /**
   * @param onFree called when it can carry another request
   * @param onClose called once when it cannot any more; with a request that a service has not seen, because it closed the kept socket
   */
  constructor(
    socket: Socket,
    onFree: (socket: HttpSocket) => void,
    onClose: (socket: HttpSocket, unanswered?: Exchange) => void,
  ) {
    this.#socket = socket;
    this.#onFree = onFree;
    let failure: NodeJS.ErrnoException | undefined;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => {
      const exchange = this.#exchange;
      this.#exchange = undefined;
      const isClosed = !failure || failure.code === 'ECONNRESET' || failure.code === 'EPIPE';
      const isUnanswered = this.#isReused && this.#size === 0 && isClosed;
      onClose(this, isUnanswered ? exchange : undefined);
      if (exchange && !isUnanswered) this.#end(exchange, failure);
    });
  }

  /** It must be new or free. */
  send(exchange: Exchange): void {
    exchange.socket = this;
    this.#exchange = exchange;
    this.#needed = 0;
    this.#socket.ref();
    this.#socket.write(exchange.text);
  }

  /** Gives up the request and the connection. */
  destroy(): void {
    this.#exchange = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const exchange = this.#exchange;
    if (!exchange) return void this.#socket.destroy();
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    try {
      const answer = readAnswer(this.#bytes());
      if (typeof answer === 'number') this.#needed = answer;
      else this.#finish(exchange, answer);
    } catch (error) {
      this.destroy();
      exchange.reject(error as Error);
    }
  }

  #finish(exchange: Exchange, { response, isLast }: Answer): void {
    this.#exchange = undefined;
    this.#received = [];
    this.#size = 0;
    this.#isReused = true;
    if (isLast) this.#socket.destroy();
    else {
      // A free socket does not keep the process alive.
      this.#socket.unref();
      this.#onFree(this);
    }
    exchange.resolve(response);
  }

  /** The socket has closed: an answer of unknown length is complete. */
  #end(exchange: Exchange, failure: Error | undefined): void {
    const answer = !failure && this.#needed === Infinity && readAnswer(this.#bytes(), true);
    if (answer && typeof answer !== 'number') exchange.resolve(answer.response);
    else exchange.reject(failure ?? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
  }

  #bytes(): Buffer {
    if (this.#received.length > 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0]!;
  }
}

interface Answer {
  response: HttpResponse;
  /** Whether the service closes the connection after it. */
  isLast: boolean;
}

/**
 * @param isComplete whether the connection has ended
 * @returns the answer, or without which number of bytes it cannot be complete; Infinity if it lasts until the connection ends
 * @throws if it is not HTTP
 */
function readAnswer(bytes: Buffer, isComplete = false): Answer | number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length + 1;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})/.exec(first) ?? [];
  if (!status) throw new Error(`The answer is not HTTP: ${first.slice(0, 100)}`);
  const start = end + 4;
  const statusCode = Number(status);
  if (statusCode < 200) {
    const next = readAnswer(bytes.subarray(start), isComplete);
    return typeof next === 'number' ? next + start : next;
  }
  const headers: IncomingHttpHeaders = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const isLast = isComplete || minor === '0' || /\bclose\b/i.test(headers.connection ?? '');
  const answer = (body: Buffer): Answer => ({
    response: { statusCode, headers, body: body.toString() },
    isLast,
  });
  if (statusCode === 204 || statusCode === 304) return answer(bytes.subarray(start, start));
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) {
    const body = readChunks(bytes, start);
    return body ? answer(body) : bytes.length + 1;
  }
  const length = headers['content-length'];
  if (length === undefined) return isComplete ? answer(bytes.subarray(start)) : Infinity;
  const last = start + Number(length);
  return bytes.length < last ? last : answer(bytes.subarray(start, last));
}

/** @returns the body of an answer in chunks, whose first one begins at `start`; undefined if it is not complete */
function readChunks(bytes: Buffer, start: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let from = start; ;) {
    const line = bytes.indexOf('\r\n', from);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', from, line), 16);
    if (Number.isNaN(size)) throw new Error('The answer has a chunk without a size.');
    const chunk = line + 2;
    // No service sends trailers.
    if (size === 0) return bytes.length < chunk + 2 ? undefined : Buffer.concat(chunks);
    if (bytes.length < chunk + size + 2) return undefined;
    chunks.push(bytes.subarray(chunk, chunk + size));
    from = chunk + size + 2;
  }
}
