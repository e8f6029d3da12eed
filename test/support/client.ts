/** A WebSocket client that behaves like a page. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseSnapshot, type Snapshot } from '../../contract/messages.ts';

export interface TestClient {
  socket: WebSocket;
  /** All snapshots received, oldest first. */
  snapshots: Snapshot[];
  send(message: unknown): void;
  /** Resolves with the first snapshot, past or future, that satisfies the condition; rejects when the socket closes first. */
  until(condition: (snapshot: Snapshot) => boolean): Promise<Snapshot>;
  close(): Promise<void>;
}

/** The server's answer to a refused handshake. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly statusCode: number;

  constructor(statusCode: number) {
    super(`The handshake was refused with ${statusCode}.`);
    this.statusCode = statusCode;
  }
}

/**
 * Connects; resolves when the handshake is complete.
 * @param url of the site, `http://localhost:4000/`
 * @throws {RefusedError} or the socket's error
 */
export async function connectClient(
  url: string,
  { visit, link, headers = {} }: { visit?: string; link?: string; headers?: Record<string, string> } = {},
): Promise<TestClient> {
  const target = new URL('live', url);
  target.protocol = 'ws:';
  if (visit !== undefined) target.searchParams.set('visit', visit);
  if (link !== undefined) target.searchParams.set('for', link);
  const socket = new WebSocket(target, { headers, perMessageDeflate: false });
  const snapshots: Snapshot[] = [];
  const waiting = new Set<() => void>();
  const look = () => [...waiting].forEach((check) => check());
  socket.on('message', (data) => {
    const snapshot = parseSnapshot(String(data));
    if (snapshot) snapshots.push(snapshot);
    look();
  });
  socket.on('close', look);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject);
    socket.once('unexpected-response', (_, response) => reject(new RefusedError(response.statusCode ?? 0)));
  });
  return {
    socket,
    snapshots,
    send: (message) => socket.send(JSON.stringify(message)),
    until: (condition) =>
      new Promise((resolve, reject) => {
        let seen = 0;
        const check = () => {
          for (; seen < snapshots.length; seen++) {
            if (!condition(snapshots[seen]!)) continue;
            waiting.delete(check);
            resolve(snapshots[seen]!);
            return;
          }
          if (socket.readyState < WebSocket.CLOSING) return;
          waiting.delete(check);
          reject(
            new Error(
              `The socket closed; the last of ${snapshots.length} snapshots was ${JSON.stringify(snapshots.at(-1))}.`,
            ),
          );
        };
        waiting.add(check);
        check();
      }),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
