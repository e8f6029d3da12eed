/** An HTTP proxy on loopback that makes a dependency of the built functions fail. */
import type { IncomingMessage } from 'node:http';
import { startHttpProxy, type HttpProxy } from '../../bench/capacity/http-proxy.ts';
import {
  DATABASE_FAULTS,
  drawDatabaseFault,
  meet,
  operationOf,
  POST_FAULTS,
  type DatabaseFault,
  type PostFault,
} from './faults.ts';
import type { Random } from './random.ts';

export interface FaultProxy extends HttpProxy {
  /** `http://127.0.0.1:<port>`; set it before the first request. */
  target: string;
  /** Probability that a request meets a fault. */
  rate: number;
  requests: number;
  /** Requests that have met a fault. */
  faults: number;
}

type Fault = DatabaseFault | PostFault;

/** The kinds that the proxy plays: `late` would take three seconds of real time each. */
const DATABASE_KINDS = DATABASE_FAULTS.filter((kind) => !['late', 'expired', 'stale'].includes(kind));

export const databaseFault =
  (random: Random) =>
  (request: IncomingMessage, rate: number): Fault | undefined =>
    drawDatabaseFault(random, operationOf(String(request.headers['x-amz-target'])), {
      rate,
      kinds: DATABASE_KINDS,
    });

export const connectionsFault =
  (random: Random) =>
  (_request: IncomingMessage, rate: number): Fault | undefined =>
    random.happens(rate) ? random.pick(POST_FAULTS) : undefined;

export async function startFaultProxy(draw: ReturnType<typeof databaseFault>): Promise<FaultProxy> {
  const state = { target: '', rate: 0, requests: 0, faults: 0 };
  const proxy = await startHttpProxy(async (request, body, forward) => {
    const fault = draw(request, state.rate);
    state.requests++;
    if (fault !== undefined) state.faults++;
    if (typeof fault === 'number') return { statusCode: fault, headers: {}, body: '' };
    return meet(fault, body, (asked) => forward(new URL(request.url!, state.target), asked));
  });
  return Object.assign(state, proxy);
}
