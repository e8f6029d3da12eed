/** Where a browser finds the local cloud, and loading functions before their first event. */
import { UserError } from '../shared/user-error.ts';
import type { Lambda } from './lambda/index.ts';
import type { Topology } from './topology.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ON_LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

/** The origins under which a browser may open a server that listens on `host`. The first one is shown to people. */
export function originsOf(host: string, port: number): string[] {
  const name = host.includes(':') ? `[${host}]` : host;
  const names = ON_LOOPBACK.has(host) ? LOOPBACK : [name, ...LOOPBACK];
  return names.map((each) => `http://${each}:${port}`);
}

/**
 * Loads every function.
 * @throws {UserError} for a function that cannot be loaded
 */
export async function warm(lambda: Lambda, { functions }: Topology): Promise<void> {
  await Promise.all(
    functions.map(async ({ functionName }) => {
      const error = await lambda.warm(functionName);
      if (!error) return;
      throw new UserError(
        `${functionName} does not start: ${error.errorType}: ${error.errorMessage}`,
        'Fix the function or its environment and start again.',
      );
    }),
  );
}
