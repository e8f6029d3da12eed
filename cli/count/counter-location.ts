/** Where a counter is: in a data folder of this machine, whether or not its server is running, or in an environment on AWS. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MAX_SHARDS } from '../../contract/tables.ts';
import type { Database } from '../../functions/shared/dynamodb.ts';
import {
  checkEndpoint,
  DATABASE_FILE,
  DataDirectoryInUseError,
  ensureTables,
  runningEngine,
  startDynamoDB,
} from '../../local-cloud/dynamodb/index.ts';
import { readEnvironment } from '../aws/environment.ts';
import { UserError } from '../../shared/user-error.ts';
import { CONNECTION_IDS_TABLE, LOCAL_TABLES, REGION, VISITOR_COUNT_TABLE } from '../local/topology.ts';

export interface Place {
  database: Database;
  /** For messages: `the data folder .data`. */
  name: string;
  close(): Promise<void>;
}

export interface PlaceOptions {
  /** A data folder; `.data` where neither is given. */
  data?: string | undefined;
  /** An environment of cloud-resume.json. */
  env?: string | undefined;
  /** Make a new counter where the data folder has none. */
  create: boolean;
}

/** @throws {UserError} where there is none, or it cannot be reached */
export async function openPlace({ data, env, create }: PlaceOptions): Promise<Place> {
  if (data !== undefined && env !== undefined)
    throw new UserError('--data and --env were both given.', 'Give one: a data folder, or an environment.');
  if (env !== undefined) return openEnvironment(env);
  return openFolder(data ?? '.data', create);
}

async function openFolder(given: string, create: boolean): Promise<Place> {
  const folder = resolve(given);
  const elsewhere = process.env['DYNAMODB_ENDPOINT'];
  if (elsewhere) {
    await checkEndpoint(elsewhere);
    return openLocal(elsewhere, `the DynamoDB at ${elsewhere}`);
  }
  const name = `the data folder ${given}`;
  if (!create && !existsSync(join(folder, DATABASE_FILE)))
    throw new UserError(`There is no counter in ${name}.`, 'Name its folder: --data FOLDER');
  const running = runningEngine(folder);
  if (running !== undefined) return openLocal(running, name);
  const engine = await startDynamoDB({
    dataDirectory: folder,
    log: (level, message) => {
      if (level === 'warn' || level === 'error') console.error(message);
    },
  }).catch((error: unknown) => {
    throw error instanceof DataDirectoryInUseError ? inUse(error) : error;
  });
  return openLocal(engine.endpoint, name, () => engine.stop());
}

async function openLocal(endpoint: string, name: string, stop = async () => {}): Promise<Place> {
  // Loopback's engine asks nobody who they are; the SDK insists on signing.
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
  const close = async () => {
    client.destroy();
    await stop();
  };
  try {
    await ensureTables(client, LOCAL_TABLES);
  } catch (error) {
    await close();
    throw error;
  }
  const tables = { connectionIdsTable: CONNECTION_IDS_TABLE, visitorCountTable: VISITOR_COUNT_TABLE };
  return { database: { client, ...tables, counterShards: MAX_SHARDS }, name, close };
}

/** Needs the development dependencies: the clients for AWS's other services. */
async function openEnvironment(environment: string): Promise<Place> {
  const { configuration, outputs } = await readEnvironment(environment);
  const { region, connectionIdsTable, visitorCountTable, counterShards } = outputs;
  const client = new DynamoDBClient({ region });
  return {
    database: { client, connectionIdsTable, visitorCountTable, counterShards },
    name: `${configuration.prefix} in ${region}`,
    close: async () => client.destroy(),
  };
}

function inUse({ message }: DataDirectoryInUseError): UserError {
  return new UserError(
    message,
    'Its database is not here or not up yet. Wait a moment; if the server was started with DYNAMODB_ENDPOINT, set it here as well.',
  );
}
