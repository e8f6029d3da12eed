/** One database engine per test file, with separate tables for each environment. */
import { existsSync } from 'node:fs';
import { localTopology } from '../../../local-cloud/counter-topology.ts';
import { sdkDatabase, type SdkDatabase } from '../../../functions/shared/sdk-database.ts';
import { ensureTables } from '../../../local-cloud/dynamodb/index.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Linux keeps this folder in memory: the scenarios test calls, not the disk. */
const MEMORY = '/dev/shm';

export type Engine = TestDatabase;

let environments = 0;

/** Starts the engine and configures the functions' clients through the environment, as Lambda does. */
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

/** Empty tables, and a client without faults. */
export async function freshDatabase(engine: Engine, counterShards: number): Promise<SdkDatabase> {
  const { tables } = localTopology({ functionsDirectory: '', allowedOrigins: [] });
  environments++;
  const named = tables.map((table) => ({ ...table, TableName: `${table.TableName}-${environments}` }));
  await ensureTables(engine.client, named);
  const [connectionIdsTable, visitorCountTable] = named.map(({ TableName }) => TableName) as [string, string];
  return sdkDatabase(engine.client, { connectionIdsTable, visitorCountTable, counterShards });
}
