/** DynamoDB on one machine: a real engine with DynamoDB's API over a file, restarted when it dies; or another DynamoDB. */
import { resolve } from 'node:path';
import { UserError } from '../../shared/user-error.ts';
import type { Log } from '../observer.ts';
import { takeDataDirectory } from './data-directory.ts';
import { findEngine } from './engine-binary.ts';
import { ask } from './engine-process.ts';
import { startEngine, type Engine, type EngineLimits, type EngineStatus } from './engine.ts';

export { DataDirectoryInUseError, outOfSpace } from './data-directory.ts';
export { withoutAddresses } from './private-address.ts';
export { runningEngine } from './process-file.ts';
export { ensureTables } from './tables.ts';
export { DATABASE_FILE } from './engine.ts';

export interface DynamoDBOptions {
  /** Folder for the database. Created if missing, locked until `stop`. */
  dataDirectory: string;
  /** URL of another DynamoDB (`DYNAMODB_ENDPOINT`) instead of the engine. */
  endpoint?: string | undefined;
  log: Log;
  limits?: Partial<EngineLimits> | undefined;
}

export interface DynamoDB {
  /** URL for an SDK client. Restarts do not change it. */
  endpoint: string;
  /** Another DynamoDB always counts as running. */
  status(): EngineStatus;
  /** Ends the engine cleanly and unlocks the data folder. */
  stop(): Promise<void>;
}

const ENDPOINT_PATIENCE_MS = 5_000;

/**
 * Resolves when the database answers.
 * @throws {UserError} for everything the user can fix
 * @throws {DataDirectoryInUseError} if another server uses the data folder
 */
export async function startDynamoDB(options: DynamoDBOptions): Promise<DynamoDB> {
  // An absolute path makes the engine's command line say which server it belongs to.
  const dataDirectory = resolve(options.dataDirectory);
  const lock = takeDataDirectory(dataDirectory);
  try {
    const engine = options.endpoint
      ? await external(options.endpoint)
      : await startEngine({
          ...options,
          dataDirectory,
          binary: await findEngine((message) => options.log('warn', message)),
        });
    return {
      endpoint: engine.endpoint,
      status: engine.status,
      async stop() {
        await engine.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function external(endpoint: string): Promise<Engine> {
  await checkEndpoint(endpoint);
  let state: EngineStatus['state'] = 'running';
  return {
    endpoint,
    status: () => ({ state, restarts: 0 }),
    async stop() {
      state = 'stopped';
    },
  };
}

/**
 * Accepts any HTTP answer to GET /: DynamoDB answers 200, some emulators 400.
 * @throws {UserError} if the URL is invalid or nothing answers
 */
export async function checkEndpoint(endpoint: string): Promise<void> {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UserError(
      `DYNAMODB_ENDPOINT is ${JSON.stringify(endpoint)}, which is not an http or https URL.`,
      'Set it to something like http://127.0.0.1:8000, or unset it to use the built-in database engine.',
    );
  try {
    await ask(url.href, { timeout: ENDPOINT_PATIENCE_MS });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      `No DynamoDB answers at DYNAMODB_ENDPOINT ${endpoint} (${code ?? message}).`,
      'Start it first, or unset DYNAMODB_ENDPOINT to use the built-in database engine.',
    );
  }
}
