/** A real database for tests: the embedded engine in a temporary folder, with the tables of `npm start`. */
import { GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { VISITOR_COUNT_KEY } from '../../contract/tables.ts';
import { sdkDatabase, type SdkDatabase } from '../../functions/shared/sdk-database.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import type { Item } from '../../functions/shared/counter.ts';
import { ensureTables } from '../../local-cloud/dynamodb/index.ts';
import { startTestEngine } from '../../local-cloud/dynamodb/testing/engine.ts';

export interface TestDatabase extends SdkDatabase {
  endpoint: string;
  /** All items of a table. */
  items(tableName: string): Promise<Item[]>;
  /** One item of VisitorCount. */
  counterItem(id: string): Promise<Item | undefined>;
  close(): Promise<void>;
}

/** @param options `folder`: see {@link startTestEngine} */
export async function startTestDatabase(
  options: { counterShards?: number; folder?: string } = {},
): Promise<TestDatabase> {
  const { counterShards = 4 } = options;
  const { client, endpoint, folder, stop } = await startTestEngine(options.folder);
  const { tables } = localTopology({ functionsDirectory: folder, allowedOrigins: [] });
  await ensureTables(client, tables);
  const [connectionIdsTable, visitorCountTable] = tables.map((table) => table.TableName) as [string, string];
  return {
    ...sdkDatabase(client, { connectionIdsTable, visitorCountTable, counterShards }),
    endpoint,
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
    close: stop,
  };
}
