/**
 * DynamoDB on one machine: dynoxide over a file in the data folder, or any other endpoint. What it must be able to do is stated by
 * test/conformance/dynamodb.
 */
import { resolve } from 'node:path';
import { takeDataDirectory } from './data-directory.ts';
import { checkEndpoint } from './endpoint.ts';
import { engineBinary } from './engine-binary.ts';
import { startEngine, type Engine, type EngineLimits, type EngineStatus, type Restart } from './engine.ts';

export { DynamoDBError, type DynamoDBErrorCode } from './errors.ts';
export { runningEngine } from './running-engine.ts';
export { ensureTables } from './tables.ts';
export { DATABASE_FILE } from './engine.ts';
export type { EngineLimits, Restart } from './engine.ts';

export interface DynamoDBOptions {
  /** Folder for the database; created where missing, and held until `stop`. */
  dataDirectory: string;
  /** Another DynamoDB (`DYNAMODB_ENDPOINT`): then none is started. */
  endpoint?: string | undefined;
  /** Loopback port of the engine; a free one when missing. */
  port?: number | undefined;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** Called when an engine that died has been replaced and answers; its streams go on where they stood. */
  onRestart?: ((restart: Restart) => void) | undefined;
  limits?: Partial<EngineLimits> | undefined;
}

export interface DynamoDB {
  /** URL for an SDK client; the same for as long as this lives, restarts included. */
  endpoint: string;
  /** Another DynamoDB is taken to be running: its state shows in the calls. */
  status(): EngineStatus;
  /** Ends the engine cleanly and gives the data folder back. */
  stop(): Promise<void>;
}

/**
 * Resolves when the database answers.
 * @throws {DynamoDBError} with a `code` and a `remedy` for everything that a person can mend
 */
export async function startDynamoDB(options: DynamoDBOptions): Promise<DynamoDB> {
  // Absolute, since the engine's command line is how a person finds out whose it is.
  const directory = takeDataDirectory(resolve(options.dataDirectory));
  try {
    const engine = options.endpoint
      ? await external(options.endpoint)
      : await startEngine({ ...options, dataDirectory: directory.path, binary: engineBinary() });
    return {
      endpoint: engine.endpoint,
      status: engine.status,
      async stop() {
        await engine.stop();
        directory.release();
      },
    };
  } catch (error) {
    directory.release();
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
