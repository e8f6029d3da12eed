/**
 * Whether a live site does what it is for: the page is there and knows the counter, a second connection is pushed to the first one,
 * and the count stays as it is, since the smoke test's visit is reserved and never counted.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseSnapshot, type Snapshot } from '../../contract/messages.ts';
import { SMOKE_VISIT_ID, VISIT_QUERY_PARAMETER } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';

export interface SmokeTestOptions {
  /** Of the site, as visitors type it; also the connections' origin. */
  url: string;
  /** `wss://…`, as it stands in the page. */
  counterEndpoint: string;
  /** As people type it, for the remedy: `npm run doctor`. */
  doctor: string;
  say?: (line: string) => void;
  /** Milliseconds for the page to appear: names and certificates take a while to spread. */
  pageTimeout?: number;
  /** Milliseconds for every answer and push. */
  timeout?: number;
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
}

export interface SmokeTestResult {
  count: number;
  /** Whether others were there all the time, so that the count grew by their visits, or by the smoke test's own: who knows. */
  isBusy: boolean;
  /** Milliseconds from asking for the second connection to its push on the first. */
  pushed: number;
}

/** Real visitors may come in between; then the count is right to grow. */
const ATTEMPTS = 3;

/** @throws {UserError} that says which of it failed, and how */
export async function smokeTest(options: SmokeTestOptions): Promise<SmokeTestResult> {
  await findPage(options);
  for (let attempt = 1; ; attempt++) {
    const { before, after, pushed } = await watchSecondConnection(options);
    if (after.count === before.count) return { count: after.count, isBusy: false, pushed };
    if (attempt < ATTEMPTS) continue;
    // Its own are two: the first of them alone before, both after.
    if (before.viewers > 1 || after.viewers > 2) return { count: after.count, isBusy: true, pushed };
    throw new UserError(
      `The smoke test's own visit seems to be counted: ${ATTEMPTS} times the count went up while it was connected, last from ${before.count} to ${after.count}, and nobody else was there.`,
      `Look into the updater's log: ${options.doctor}`,
    );
  }
}

async function findPage({
  url,
  counterEndpoint,
  doctor,
  say,
  pageTimeout = 180_000,
  now = Date.now,
  sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}: SmokeTestOptions): Promise<void> {
  const deadline = now() + pageTimeout;
  for (let attempt = 1; ; attempt++) {
    const problem = await pageProblem(url, counterEndpoint);
    if (problem === undefined) return;
    if (attempt === 1) say?.(`  waiting for the page: ${problem}`);
    if (now() > deadline) {
      throw new UserError(
        `All is deployed, but the page is not as it should be: ${problem}.`,
        `A new name can take minutes to be known everywhere. Look at it again: ${doctor}`,
      );
    }
    await sleep(5_000);
  }
}

async function pageProblem(url: string, counterEndpoint: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'follow', signal: AbortSignal.timeout(10_000) });
    const page = await response.text();
    if (response.status !== 200) return `${url} answers ${response.status}`;
    if (!page.includes(counterEndpoint)) return `${url} does not name the counter ${counterEndpoint}`;
    return undefined;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    return `${url} cannot be fetched (${cause?.code ?? cause?.message ?? (error as Error).message})`;
  }
}

async function watchSecondConnection({
  url,
  counterEndpoint,
  doctor,
  timeout = 60_000,
  now = Date.now,
}: SmokeTestOptions): Promise<{ before: Snapshot; after: Snapshot; pushed: number }> {
  const sockets: Socket[] = [];
  const open = async () => {
    const socket = await connect(counterEndpoint, url, timeout, doctor);
    sockets.push(socket);
    return socket;
  };
  try {
    // A push of its own arrival may come before its handshake is complete, and is then lost: hello is what a page goes by.
    const first = await open();
    first.say({ action: 'hello' });
    const before = await first.wait(() => true, 'got no answer to hello');
    const asked = now();
    const second = await open();
    const after = await first.wait(
      ({ rev, viewers }) => rev > before.rev && viewers >= 2,
      'was not told about a second one',
    );
    const pushed = now() - asked;
    second.forget();
    second.say({ action: 'hello' });
    await second.wait(() => true, 'got no answer to hello');
    return { before, after, pushed };
  } finally {
    await Promise.all(sockets.map((socket) => socket.close()));
  }
}

interface Socket {
  say(message: unknown): void;
  /** The first snapshot that fits, of those that have come or will come. */
  wait(fits: (snapshot: Snapshot) => boolean, otherwise: string): Promise<Snapshot>;
  /** Of what has come. */
  forget(): void;
  close(): Promise<void>;
}

async function connect(endpoint: string, origin: string, timeout: number, doctor: string): Promise<Socket> {
  const address = new URL(endpoint);
  address.searchParams.set(VISIT_QUERY_PARAMETER, SMOKE_VISIT_ID);
  const socket = new WebSocket(address, { origin: new URL(origin).origin, handshakeTimeout: timeout });
  const seen: Snapshot[] = [];
  const listeners = new Set<() => void>();
  socket.on('message', (data) => {
    const snapshot = parseSnapshot(String(data));
    if (snapshot) seen.push(snapshot);
    for (const listener of listeners) listener();
  });
  try {
    await once(socket, 'open');
  } catch (error) {
    throw new UserError(
      `The counter does not accept a connection: ${endpoint} answered ${(error as Error).message}.`,
      `The page is up; only its counter is not. Look into it: ${doctor}`,
    );
  }
  socket.on('error', () => socket.terminate());
  return {
    say: (message) => socket.send(JSON.stringify(message)),
    wait: (fits, otherwise) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          act();
        };
        const look = () => {
          const found = seen.find(fits);
          if (found) settle(() => resolve(found));
        };
        const timer = setTimeout(
          () =>
            settle(() =>
              reject(
                new UserError(
                  `The counter accepts connections, but in ${timeout / 1000} s a connection ${otherwise}.`,
                  `Look at the broadcaster and its stream: ${doctor}`,
                ),
              ),
            ),
          timeout,
        );
        listeners.add(look);
        look();
      }),
    forget: () => void (seen.length = 0),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
}
