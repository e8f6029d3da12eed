/** An HTTP proxy on loopback that makes a dependency of the built functions fail. */
import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  drawDatabaseFault,
  meet,
  operationOf,
  POST_FAULTS,
  type Answer,
  type DatabaseFault,
  type PostFault,
} from './faults.ts';
import type { Random } from './random.ts';

export interface FaultProxy {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** `http://127.0.0.1:<port>`; set it before the first request. */
  target: string;
  /** Probability that a request meets a fault. */
  rate: number;
  requests: number;
  faults: number;
  close(): Promise<void>;
}

type Fault = DatabaseFault | PostFault;

/** All but those that make the client time out, which takes three seconds of real time each. */
const DATABASE_KINDS: readonly DatabaseFault[] = [
  'dropped',
  'unanswered',
  'internal',
  'throttled',
  'exceeded',
  'conflict',
  'partial',
];

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
  const agent = new Agent({ keepAlive: true });
  const proxy: FaultProxy = { url: '', target: '', rate: 0, requests: 0, faults: 0, close };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const fault = draw(request, proxy.rate);
    proxy.requests++;
    if (fault !== undefined) proxy.faults++;
    const answer =
      typeof fault === 'number'
        ? { statusCode: fault, headers: {}, body: '' }
        : await meet(fault, body, (asked) => forward(request, asked));
    if (!answer) return void request.socket.destroy();
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    response.writeHead(answer.statusCode, { ...headers, 'content-length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
  }

  /** @returns undefined if the target cannot be reached */
  async function forward(
    { method, url, headers }: IncomingMessage,
    body: string,
  ): Promise<Answer | undefined> {
    const outgoing = httpRequest(new URL(url!, proxy.target), {
      agent,
      method: method!,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    outgoing.end(body);
    try {
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      return { statusCode: response.statusCode!, headers: response.headers, body: await text(response) };
    } catch {
      return undefined;
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    agent.destroy();
  }
  return proxy;
}
