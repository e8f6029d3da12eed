/** The counter, as two browsers would use it; with the reserved visit that is never counted. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseSnapshot, type Snapshot } from '../../contract/messages.ts';
import { SMOKE_VISIT_ID, VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import { bad, good, reasonOf, unknown, type Finding } from './finding.ts';

export interface CounterOptions {
  /** `wss://…` */
  endpoint: string;
  /** Of the page. */
  origin: string;
  /** For a handshake or an answer; milliseconds. */
  timeout: number;
  /** For a push: a storm may hold one back for its number of viewers / 100 seconds; milliseconds. */
  pushTimeout: number;
  /** Where a person reads what a station logs. */
  logOf: (station: 'updater' | 'broadcaster') => string;
}

const FOREIGN_ORIGIN = 'https://doctor.invalid';

export async function lookAtCounter(options: CounterOptions): Promise<Finding[]> {
  const { endpoint, origin, timeout, pushTimeout, logOf } = options;
  const sockets: Listener[] = [];
  const open = async (asOrigin: string) => {
    const socket = await connect(endpoint, asOrigin, timeout);
    if (socket instanceof Listener) sockets.push(socket);
    return socket;
  };
  try {
    const stranger = await open(FOREIGN_ORIGIN);
    const findings = [aboutStranger(stranger)];
    if (stranger instanceof Listener) await stranger.close();

    const first = await open(origin);
    if (!(first instanceof Listener)) {
      const why = ['hello', 'push'].map((check) => unknown(check, 'not looked at: the socket does not open'));
      return [aboutRefusal(first, origin, logOf), ...why, ...findings];
    }
    findings.unshift(good('socket', `opens for ${origin}`));
    // A push of its own arrival may come before its handshake is complete, and is then lost: hello is what a page goes by.
    first.say({ action: 'hello' });
    const answer = await first.answer(timeout);
    const { rev = 0 } = parseSnapshot(answer ?? '') ?? {};
    const second = await open(origin);
    const pushed =
      second instanceof Listener &&
      (await first.hears((snapshot) => snapshot.rev > rev && snapshot.viewers > 1, pushTimeout));
    // What came first may have been a push: a refusal of hello has come by now.
    const complaint = first.complaint() ?? answer;
    findings.splice(
      1,
      0,
      parseSnapshot(complaint ?? '')
        ? good('hello', complaint!)
        : bad(
            'hello',
            complaint === undefined ? `no answer in ${timeout / 1000} s` : `answers ${complaint}`,
            `A page shows no number until the next visit. Is the route there? Read ${logOf('updater')}.`,
          ),
      pushed
        ? good('push', 'a second connection is told to the first')
        : bad(
            'push',
            `nothing came in ${pushTimeout / 1000} s after a second connection`,
            `Open pages do not tick. Is the stream's mapping enabled, and what does the broadcaster say? Read ${logOf('broadcaster')}.`,
          ),
    );
    return findings;
  } finally {
    await Promise.all(sockets.map((socket) => socket.close()));
  }
}

function aboutStranger(socket: Listener | Refusal): Finding {
  if (socket instanceof Listener)
    return bad(
      'origin',
      `a page of ${FOREIGN_ORIGIN} may connect, so any site can raise the count`,
      'ALLOWED_ORIGINS of the updater must name your own origins only; apply again: npm run deploy',
    );
  return socket.status === 403
    ? good('origin', 'a foreign page is refused')
    : unknown('origin', `a foreign page got ${socket.status ?? socket.reason} instead of 403`);
}

function aboutRefusal({ status, reason }: Refusal, origin: string, logOf: CounterOptions['logOf']): Finding {
  const remedies: Record<number, string> = {
    403: `${origin} is not among the allowed origins. Deploy again, or add it: additionalOrigins in cloud-resume.json, or --public-url of npm start.`,
    429: 'Too many connections of this address, or of everybody, in a short time. Look again in ten minutes.',
    500: `The updater failed. Read ${logOf('updater')}.`,
    502: `The updater failed. Read ${logOf('updater')}.`,
    503: 'The server is starting or stopping. Look again in a moment.',
  };
  const otherwise = 'Is the address right, and does whatever stands in front forward WebSocket upgrades?';
  return bad('socket', `does not open: ${status ?? reason}`, remedies[status ?? 0] ?? otherwise);
}

interface Refusal {
  /** Of the handshake's answer, where there was one. */
  status: number | undefined;
  reason: string;
}

/** A connection, with what it hears. */
class Listener {
  readonly #socket: WebSocket;
  readonly #heard: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    const look = () => this.#waiting.forEach((check) => check());
    socket.on('message', (data) => {
      this.#heard.push(String(data));
      look();
    });
    socket.on('close', look);
    socket.on('error', () => socket.terminate());
  }

  say(message: unknown): void {
    this.#heard.length = 0;
    this.#socket.send(JSON.stringify(message));
  }

  /** The first snapshot, heard already or yet to come, that fits; `undefined` when time is up or the socket closes. */
  async hears(fits: (snapshot: Snapshot) => boolean, timeout: number): Promise<Snapshot | undefined> {
    const fitting = (text: string) => {
      const snapshot = parseSnapshot(text);
      return snapshot !== undefined && fits(snapshot);
    };
    const text = await this.#wait(fitting, timeout);
    return text === undefined ? undefined : parseSnapshot(text);
  }

  /** The first thing it is told after it has said something. */
  answer(timeout: number): Promise<string | undefined> {
    return this.#wait(() => true, timeout);
  }

  /** What it was told that is no snapshot, such as `{"message":"Forbidden"}`. */
  complaint(): string | undefined {
    return this.#heard.find((text) => parseSnapshot(text) === undefined);
  }

  #wait(fits: (text: string) => boolean, timeout: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (text: string | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(text);
      };
      const check = () => {
        const found = this.#heard.find(fits);
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

async function connect(endpoint: string, origin: string, timeout: number): Promise<Listener | Refusal> {
  const address = new URL(endpoint);
  address.searchParams.set(VISIT_QUERY_PARAMETER, SMOKE_VISIT_ID);
  const socket = new WebSocket(address, { origin, handshakeTimeout: timeout });
  const listener = new Listener(socket);
  return new Promise((resolve) => {
    socket.once('open', () => resolve(listener));
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      resolve({ status: statusCode, reason: `${statusCode}` });
    });
    socket.once('error', (error) => resolve({ status: undefined, reason: reasonOf(error) }));
  });
}
