/**
 * A proxy between the functions and DynamoDB that requests the consumed capacity of each call and sums it up. Each function uses its own
 * URL, `<url>/<caller>`. Changing the body invalidates the signature, which local engines do not check.
 */
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Topology } from '../../local-cloud/topology.ts';
import { shortName } from '../usage.ts';
import { kindOf, unitsOf, type UnitsByCaller } from './units.ts';

export interface CapacityProxy {
  url: string;
  /** Sets the database. Calls that arrive earlier wait. */
  forwardTo(endpoint: string): void;
  /** Units consumed since the last `reset`. */
  units(): UnitsByCaller;
  reset(): void;
  close(): Promise<void>;
}

export async function startCapacityProxy(): Promise<CapacityProxy> {
  const agent = new Agent({ keepAlive: true });
  let units: UnitsByCaller = {};
  let forwardTo: (endpoint: string) => void = () => {};
  let target = new Promise<string>((resolve) => (forwardTo = resolve));

  async function answer(
    incoming: IncomingMessage,
  ): Promise<{ status: number; headers: object; body: Buffer }> {
    const operation = String(incoming.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1)!;
    const asked = JSON.parse(String(await buffer(incoming)) || '{}') as Record<string, unknown>;
    if (kindOf(operation)) asked['ReturnConsumedCapacity'] = 'TOTAL';
    const body = Buffer.from(JSON.stringify(asked));
    const response = await send(await target, incoming, body, agent);
    const answered = await buffer(response);
    if (kindOf(operation))
      record(callerOf(incoming), operation, asked, JSON.parse(String(answered)) as object);
    return { status: response.statusCode ?? 500, headers: response.headers, body: answered };
  }

  function record(caller: string, operation: string, asked: object, answered: object): void {
    const entry = ((units[caller] ??= {})[operation] ??= { calls: 0, refused: 0, units: 0 });
    const cost = unitsOf(operation, asked, answered);
    entry.calls++;
    entry.units += cost.units;
    if (cost.refused) entry.refused++;
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, { ...headers }).end(body),
      // The SDK retries after a broken connection.
      () => outgoing.destroy(),
    );
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo: (endpoint) => {
      forwardTo(endpoint);
      target = Promise.resolve(endpoint);
    },
    units: () => units,
    reset: () => (units = {}),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

const callerOf = ({ url }: IncomingMessage): string => url!.split('/')[1]!;

function send(endpoint: string, { method, headers }: IncomingMessage, body: Buffer, agent: Agent) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      endpoint,
      { method, agent, headers: { ...headers, host: new URL(endpoint).host, 'content-length': body.length } },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A topology whose functions reach DynamoDB through the proxy, each by its short name. */
export function throughProxy(topology: Topology, proxy: string): Topology {
  return {
    ...topology,
    functions: topology.functions.map((fn) => ({
      ...fn,
      environment: { ...fn.environment, AWS_ENDPOINT_URL_DYNAMODB: `${proxy}/${shortName(fn)}` },
    })),
  };
}
