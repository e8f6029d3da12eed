/** What DNS and deployment do on AWS: names become addresses, and functions are loaded before the first event. */
import type { IncomingMessage } from 'node:http';
import type { Lambda } from './lambda/index.ts';
import type { LambdaFunction, Topology } from './topology.ts';

/** The origins under which a browser may open a server that listens there; the first one is for people. */
export function originsOf(host: string, port: number): string[] {
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  const isLoopback = host === '127.0.0.1' || host === '::1' || host === 'localhost';
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  const names =
    isLoopback || isEveryAddress ? loopback : [host.includes(':') ? `[${host}]` : host, ...loopback];
  return names.map((name) => `http://${name}:${port}`);
}

/**
 * The WebSocket's URL for the page that a request asks for: on the origin under which the page was opened, where that is one
 * of ours, so that `localhost` and `127.0.0.1` both work. Any other Host header gets the first origin's.
 */
export function webSocketUrlFor(
  origins: string[],
  stage: string,
): (request: IncomingMessage | undefined) => string {
  const urls = new Map(
    origins.map((origin) => [new URL(origin).host, `${origin.replace(/^http/, 'ws')}/${stage}`]),
  );
  const [first] = urls.values();
  return (request) => urls.get(request?.headers.host ?? '') ?? first!;
}

/** The functions, with the address that AWS would give the API replaced by the local one, as DNS would. */
export function resolveManagementEndpoint(
  { functions, region, webSocketApi }: Topology,
  endpoint: string,
): LambdaFunction[] {
  const { apiId, stage } = webSocketApi;
  const onAws = `https://${apiId}.execute-api.${region}.amazonaws.com/${stage}`;
  return functions.map((fn) => ({
    ...fn,
    environment: Object.fromEntries(
      Object.entries(fn.environment).map(([name, value]) => [name, value === onAws ? endpoint : value]),
    ),
  }));
}

/** A function that cannot be loaded, found before the first visitor comes. */
export class FunctionLoadError extends Error {
  override name = 'FunctionLoadError';
  readonly remedy = 'Mend the function or its environment and start again.';
}

/**
 * Loads every function.
 * @throws {FunctionLoadError}
 */
export async function warm(lambda: Lambda, { functions }: Topology): Promise<void> {
  const errors = await Promise.all(
    functions.map(async ({ functionName }) => [functionName, await lambda.warm(functionName)] as const),
  );
  for (const [functionName, error] of errors) {
    if (error)
      throw new FunctionLoadError(
        `${functionName} does not start: ${error.errorType}: ${error.errorMessage}`,
      );
  }
}
