/** A real database for tests: the embedded engine in a temporary folder, with the tables of `npm start`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import type { Item } from '../../functions/shared/counter.ts';
import { ensureTables, startDynamoDB } from '../../local-cloud/dynamodb/index.ts';

export interface TestDatabase extends SdkDatabase {
  endpoint: string;
  /** All items of a table. */
  items(tableName: string): Promise<Item[]>;
  /** One item of VisitorCount. */
  counterItem(id: string): Promise<Item | undefined>;
  close(): Promise<void>;
}

/** @param folder parent of the database's folder; use one in memory for tests with many writes */
export async function startTestDatabase({
  counterShards = 4,
  folder = tmpdir(),
} = {}): Promise<TestDatabase> {
  const dataDirectory = await mkdtemp(join(folder, 'cloud-resume-database-'));
  const engine = await startDynamoDB({ dataDirectory, log: () => {} });
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { tables } = localTopology({ functionsDirectory: dataDirectory, allowedOrigins: [] });
  await ensureTables(client, tables);
  const [connectionIdsTable, visitorCountTable] = tables.map((table) => table.TableName) as [string, string];
  return {
    ...sdkDatabase(client, { connectionIdsTable, visitorCountTable, counterShards }),
    endpoint: engine.endpoint,
    async items(TableName) {
      const items: Item[] = [];
      for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
        items.push(...(page.Items ?? []));
      return items;
    },
    async counterItem(id) {
      const Key = { [VISITOR_COUNT_KEY]: { S: id } };
      return (
        await client.send(new GetItemCommand({ TableName: visitorCountTable, Key, ConsistentRead: true }))
      ).Item;
    },
    async close() {
      client.destroy();
      await engine.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
