/** Tries a counter as two browsers do, with the reserved visit id that is never counted. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseSnapshot, type Snapshot } from '../../contract/messages.ts';
import { SMOKE_VISIT_ID, VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import { reasonOf } from './finding.ts';

export interface CounterProbe {
  /** `wss://…` */
  endpoint: string;
  /** Of the page. */
  origin: string;
  /** For a handshake or an answer; milliseconds. */
  timeout: number;
  /** For a push: under load one may wait for viewers / 100 seconds; milliseconds. */
  pushTimeout: number;
  now?: () => number;
}

/** Why a connection did not open. */
export interface Refusal {
  /** Of the answer to the handshake, where there was one. */
  status: number | undefined;
  reason: string;
}

/** What two connections saw; what follows a failed step is missing. */
export interface CounterReport {
  refusal?: Refusal;
  /** The answer to the first connection's hello: a snapshot, or what came instead. */
  hello?: Snapshot | string | undefined;
  /** What the first connection received when the second one opened. */
  push?: { snapshot: Snapshot; milliseconds: number } | undefined;
  /** The answer to the second connection's hello. */
  secondHello?: Snapshot | string | undefined;
}

export async function probeCounter(probe: CounterProbe): Promise<CounterReport> {
  const { timeout, pushTimeout, now = Date.now } = probe;
  const open: Connection[] = [];
  const connectAnother = async () => {
    const connection = await connect(probe, probe.origin);
    if (connection instanceof Connection) open.push(connection);
    return connection;
  };
  try {
    const first = await connectAnother();
    if (!(first instanceof Connection)) return { refusal: first };
    // The push for its own arrival may come before the handshake completes and is then lost. Pages rely on hello.
    const hello = await first.hello(timeout);
    const { rev = 0, viewers = 0 } = typeof hello === 'object' ? hello : {};
    const asked = now();
    const second = await connectAnother();
    if (!(second instanceof Connection)) return { refusal: second, hello };
    // The last broadcast may keep the next one waiting for a second per hundred viewers, or longer where POSTS_PER_SECOND is lower.
    const wait = Math.max(pushTimeout, 2 * 10 * viewers);
    const snapshot = await first.receive((seen) => seen.rev > rev && seen.viewers > 1, wait);
    return {
      // The first message may have been a push. A refusal of hello has arrived by now.
      hello: first.complaint() ?? hello,
      push: snapshot && { snapshot, milliseconds: now() - asked },
      secondHello: snapshot && (await second.hello(timeout)),
    };
  } finally {
    await Promise.all(open.map((connection) => connection.close()));
  }
}

/** @returns why a page of another origin cannot connect; undefined where it can */
export async function probeOrigin(probe: CounterProbe, origin: string): Promise<Refusal | undefined> {
  const connection = await connect(probe, origin);
  if (!(connection instanceof Connection)) return connection;
  await connection.close();
  return undefined;
}

class Connection {
  readonly #socket: WebSocket;
  readonly #received: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    const look = () => this.#waiting.forEach((check) => check());
    socket.on('message', (data) => {
      this.#received.push(String(data));
      look();
    });
    socket.on('close', look);
    socket.on('error', () => socket.terminate());
  }

  /** @returns the first message that follows: a snapshot, another text, or undefined when none comes in time */
  async hello(timeout: number): Promise<Snapshot | string | undefined> {
    this.#received.length = 0;
    this.#socket.send(JSON.stringify({ action: 'hello' }));
    const text = await this.#wait(() => true, timeout);
    return text === undefined ? undefined : (parseSnapshot(text) ?? text);
  }

  /** @returns the first snapshot, received or yet to come, that fits; undefined when none comes in time */
  async receive(fits: (snapshot: Snapshot) => boolean, timeout: number): Promise<Snapshot | undefined> {
    const text = await this.#wait((one) => {
      const snapshot = parseSnapshot(one);
      return snapshot !== undefined && fits(snapshot);
    }, timeout);
    return text === undefined ? undefined : parseSnapshot(text);
  }

  /** A message that is not a snapshot, such as `{"message":"Forbidden"}`. */
  complaint(): string | undefined {
    return this.#received.find((text) => parseSnapshot(text) === undefined);
  }

  #wait(fits: (text: string) => boolean, timeout: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (text: string | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(text);
      };
      const check = () => {
        const found = this.#received.find(fits);
        if (found !== undefined || this.#socket.readyState >= WebSocket.CLOSING) settle(found);
      };
      const timer = setTimeout(() => settle(undefined), timeout);
      this.#waiting.add(check);
      check();
    });
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

async function connect({ endpoint, timeout }: CounterProbe, origin: string): Promise<Connection | Refusal> {
  const address = new URL(endpoint);
  address.searchParams.set(VISIT_QUERY_PARAMETER, SMOKE_VISIT_ID);
  const socket = new WebSocket(address, { origin, handshakeTimeout: timeout });
  const connection = new Connection(socket);
  return new Promise((resolve) => {
    socket.once('open', () => resolve(connection));
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      resolve({ status: statusCode, reason: `${statusCode}` });
    });
    socket.once('error', (error) => resolve({ status: undefined, reason: reasonOf(error) }));
  });
}
