/** Process: visitors. Each opens the page once and leaves, or stays until `leave`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { nowMs } from '../clock.ts';
import { answerCalls } from './worker.ts';

/** A visitor who is not connected after this long counts as refused. */
const PATIENCE_MS = 30_000;

interface Visit {
  socket: WebSocket;
  start: number;
}

let guest: WebSocket | undefined;

/** Opens the page. With `hello` it also requests the snapshot, like our page, and waits for it. */
function visit(url: string, hello: boolean): Promise<Visit> {
  const start = nowMs();
  const socket = new WebSocket(`${url}?visit=${randomUUID()}`, {
    perMessageDeflate: false,
    handshakeTimeout: PATIENCE_MS,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      if (!hello) return resolve({ socket, start });
      socket.send('{"action":"hello"}');
      socket.once('message', () => resolve({ socket, start }));
      setTimeout(() => reject(new Error('hello was not answered')), PATIENCE_MS).unref();
    });
    socket.on('error', reject);
  });
}

const handlers = {
  /** `rate` visitors per second for `seconds`, even if the server does not keep up. A visitor leaves when the page is complete. */
  async storm({ url, rate, seconds, hello }: { url: string; rate: number; seconds: number; hello: boolean }) {
    const began = nowMs();
    const pending: Promise<Visit | undefined>[] = [];
    for (let i = 0; i < rate * seconds; i++) {
      const wait = began + (1000 * i) / rate - nowMs();
      if (wait > 0) await sleep(wait);
      pending.push(
        visit(url, hello).then(
          (done) => (done.socket.close(), done),
          () => undefined,
        ),
      );
    }
    const visits = (await Promise.all(pending)).filter((done) => done !== undefined);
    return {
      began,
      starts: visits.map(({ start }) => start).sort((a, b) => a - b),
      refused: pending.length - visits.length,
    };
  },

  /** One visitor, who stays until `leave`. */
  async come({ url, hello }: { url: string; hello: boolean }) {
    const { socket, start } = await visit(url, hello);
    guest = socket;
    return { start };
  },

  async leave() {
    const socket = guest;
    if (!socket) return;
    guest = undefined;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.close();
    });
  },

  /** Sends one message on a new connection. @returns the first answer that is not a snapshot */
  async ask({ url, message }: { url: string; message: unknown }): Promise<unknown> {
    const { socket } = await visit(url, false);
    socket.send(JSON.stringify(message));
    const answer = await new Promise<unknown>((resolve) => {
      socket.on('message', (data) => {
        const value = JSON.parse(String(data)) as { count?: number };
        if (value.count === undefined) resolve(value);
      });
    });
    socket.close();
    return answer;
  },
};

export type Visitors = typeof handlers;
answerCalls(handlers);
