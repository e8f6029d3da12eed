/** Opens the counter of a data folder, whether or not its server is running. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MAX_SHARDS } from '../../contract/tables.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import {
  checkEndpoint,
  DATABASE_FILE,
  DataDirectoryInUseError,
  ensureTables,
  runningEngine,
  startDynamoDB,
} from '../../local-cloud/dynamodb/index.ts';
import { UserError } from '../../shared/user-error.ts';
import { OWNER } from '../configuration/folders.ts';
import {
  CONNECTION_IDS_TABLE,
  LOCAL_TABLES,
  REGION,
  VISITOR_COUNT_TABLE,
} from '../../local-cloud/counter-topology.ts';

export interface OpenCounter {
  database: SdkDatabase;
  /** For messages: `the data folder .data`. */
  name: string;
  /** The site's address, with a slash at the end. */
  url: string;
  /** Paths of the site's pages other than the index, if they are known. */
  pages?: string[];
  close(): Promise<void>;
}

/** What a server writes into its data folder, for commands that print links. */
export interface ServedSite {
  url: string;
  pages: string[];
}

export const SERVED_SITE_FILE = 'site.json';
const UNKNOWN_SITE = { url: 'http://localhost:4000/' };

async function servedSite(folder: string): Promise<Pick<OpenCounter, 'url' | 'pages'>> {
  try {
    return JSON.parse(await readFile(join(folder, SERVED_SITE_FILE), 'utf8')) as ServedSite;
  } catch {
    // No server has run here, or it was killed while it wrote the file.
    return UNKNOWN_SITE;
  }
}

/**
 * @param data folder; by default the owner's `.data`
 * @param create whether to create a counter where it does not exist
 * @throws {UserError} where it does not exist or cannot be reached
 */
export async function openLocalCounter(data: string | undefined, create: boolean): Promise<OpenCounter> {
  const elsewhere = process.env['DYNAMODB_ENDPOINT'];
  const folder = data === undefined ? join(OWNER, '.data') : resolve(data);
  const site = await servedSite(folder);
  if (elsewhere) {
    await checkEndpoint(elsewhere);
    return { ...site, ...(await open(elsewhere, `the DynamoDB at ${elsewhere}`)) };
  }
  const name = `the data folder ${data ?? '.data'}`;
  if (!create && !existsSync(join(folder, DATABASE_FILE)))
    throw new UserError(
      `There is no counter in ${name}.`,
      'Name another folder (--data FOLDER) or an environment on AWS (--env production).',
    );
  const running = runningEngine(folder);
  if (running !== undefined) return { ...site, ...(await open(running, name)) };
  const engine = await startDynamoDB({
    dataDirectory: folder,
    log: (level, message) => {
      if (level === 'warn' || level === 'error') console.error(message);
    },
  }).catch((error: unknown) => {
    throw error instanceof DataDirectoryInUseError ? inUse(error) : error;
  });
  return { ...site, ...(await open(engine.endpoint, name, () => engine.stop())) };
}

async function open(
  endpoint: string,
  name: string,
  stop = async () => {},
): Promise<Pick<OpenCounter, 'database' | 'name' | 'close'>> {
  // The engine on the loopback checks no credentials, but the SDK insists on signing.
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
  return { database: sdkDatabase(client, { ...tables, counterShards: MAX_SHARDS }), name, close };
}

function inUse({ message }: DataDirectoryInUseError): UserError {
  return new UserError(
    message,
    'Its database is not up yet, or elsewhere. Wait a moment; if the server was started with DYNAMODB_ENDPOINT, set it here as well.',
  );
}
