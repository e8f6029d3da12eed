/** The database of the worlds: one engine for a test file, tables of its own for each world. */
import { existsSync } from 'node:fs';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localTopology } from '../../../cli/local/topology.ts';
import { createDynamoDBClient, type Database } from '../../../functions/shared/dynamodb.ts';
import { ensureTables } from '../../../local-cloud/dynamodb/index.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Linux keeps this folder in memory. The scenarios are about calls, not about the disk. */
const MEMORY = '/dev/shm';

export type Engine = TestDatabase;

let worlds = 0;

/** Starts the engine and tells the functions' clients where it is, as Lambda's environment does. */
export async function startEngine(): Promise<Engine> {
  const engine = await startTestDatabase(existsSync(MEMORY) ? { folder: MEMORY } : {});
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
  });
  return engine;
}

/** Empty tables. Its client meets no faults. */
export async function freshDatabase(engine: Engine, counterShards: number): Promise<Database> {
  const { tables } = localTopology({ functionsDirectory: '', allowedOrigins: [] });
  worlds++;
  const named = tables.map((table) => ({ ...table, TableName: `${table.TableName}-${worlds}` }));
  await ensureTables(engine.client, named);
  const [connectionIdsTable, visitorCountTable] = named.map(({ TableName }) => TableName) as [string, string];
  return { client: engine.client, connectionIdsTable, visitorCountTable, counterShards };
}

/** A function's own client, past its first call: what it has to look up, it has looked up. */
export async function newClient({ visitorCountTable }: Database): Promise<DynamoDBClient> {
  const client = createDynamoDBClient();
  await client.send(new DescribeTableCommand({ TableName: visitorCountTable }));
  return client;
}
