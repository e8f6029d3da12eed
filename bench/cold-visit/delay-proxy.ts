/** A TCP proxy that is as far away as another city: each direction takes half a round trip, and a new connection two round trips more. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { epochMs } from '../clock.ts';

/** A new connection needs one round trip for TCP and one for TLS 1.3. */
const SET_UP_ROUND_TRIPS = 2;

/** A request to DynamoDB that passed through; milliseconds since 1970, at the near end. */
export interface DatabaseCall {
  operation: string;
  sentAt: number;
  answeredAt: number;
}

export interface DelayProxy {
  port: number;
  /** For connections that open from now on; 0 passes bytes on immediately. */
  setRoundTrip(ms: number): void;
  /** The calls since the last time. */
  takeCalls(): DatabaseCall[];
  close(): Promise<void>;
}

/** @param target read for each connection; without one, connections are closed */
export async function startDelayProxy(target: () => URL | undefined): Promise<DelayProxy> {
  let roundTripMs = 0;
  let calls: DatabaseCall[] = [];
  const open = new Set<Socket>();
  const listener = createServer((near) => {
    const server = target();
    if (!server) return near.destroy();
    const far = connect(Number(server.port), server.hostname);
    let pending: { operation: string; sentAt: number } | undefined;
    for (const socket of [near, far]) {
      open.add(socket.setNoDelay());
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
    }
    near.on('data', (chunk: Buffer) => {
      const operation = /^x-amz-target: DynamoDB_\d+\.(\w+)/im.exec(chunk.toString('latin1'))?.[1];
      if (operation) pending = { operation, sentAt: epochMs() };
    });
    const readyAt = performance.now() + SET_UP_ROUND_TRIPS * roundTripMs;
    pass(near, far, roundTripMs / 2, readyAt);
    pass(far, near, roundTripMs / 2, 0, () => {
      if (pending) calls.push({ ...pending, answeredAt: epochMs() });
      pending = undefined;
    });
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    setRoundTrip: (ms) => void (roundTripMs = ms),
    takeCalls: () => calls.splice(0),
    async close() {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Passes bytes and the end on, in order. @param readyAt nothing leaves before */
function pass(from: Socket, to: Socket, delayMs: number, readyAt: number, onArrival = () => {}): void {
  const later = (arrive: () => void) => {
    const wait = Math.max(performance.now(), readyAt) + delayMs - performance.now();
    if (wait > 0) setTimeout(arrive, wait);
    else arrive();
  };
  from.on('data', (chunk) =>
    later(() => {
      onArrival();
      to.write(chunk);
    }),
  );
  from.on('close', () => later(() => to.end()));
}
